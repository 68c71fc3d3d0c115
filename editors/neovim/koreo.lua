-- Koreo in Neovim 0.7 and later. Copy this file to ~/.config/nvim/plugin/koreo.lua; `koreo-ls` has to be on the PATH
-- (or say where it is: vim.g.koreo_ls = '/path/to/koreo-ls', before this file is read).
-- Neovim 0.11 needs no more than the three lines under "0.11" in docs/editors.md; this file also covers older versions.

local command = { vim.g.koreo_ls or 'koreo-ls' }
local markers = { 'koreo.toml', '.git' }
local has = function(version) return vim.fn.has('nvim-' .. version) == 1 end

-- File type. Priority 10 wins over `yaml`, which the ending .yaml would give.
if vim.filetype and vim.filetype.add and has('0.8') then
  vim.filetype.add({
    extension = { koreo = 'koreo', k = 'koreo' },
    pattern = { ['.*%.k%.ya?ml'] = { 'koreo', { priority = 10 } } },
  })
else
  vim.cmd([[autocmd BufRead,BufNewFile *.k.yaml,*.k.yml,*.koreo,*.k setlocal filetype=koreo]])
end
if vim.treesitter.language and vim.treesitter.language.register then
  vim.treesitter.language.register('yaml', 'koreo')
end

-- The folder of the nearest koreo.toml, else of the repository, else of the file.
local function root_of(file)
  for _, marker in ipairs(markers) do
    local folder, inner = vim.fn.fnamemodify(file, ':p:h'), nil
    while folder ~= inner do
      if vim.loop.fs_stat(folder .. '/' .. marker) then
        return folder
      end
      folder, inner = vim.fn.fnamemodify(folder, ':h'), folder
    end
  end
  return vim.fn.fnamemodify(file, ':p:h')
end

local clients = {} -- root folder to client, for Neovim 0.7, which does not do this by itself

local function attach_to(buffer)
  local root = root_of(vim.api.nvim_buf_get_name(buffer))
  if vim.lsp.start then -- 0.8
    vim.lsp.start({ name = 'koreo', cmd = command, root_dir = root })
    return
  end
  clients[root] = clients[root] or vim.lsp.start_client({
    name = 'koreo',
    cmd = command,
    root_dir = root,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
    on_exit = function() clients[root] = nil end,
  })
  vim.lsp.buf_attach_client(buffer, clients[root])
end

vim.api.nvim_create_autocmd('FileType', {
  pattern = 'koreo',
  callback = function(event)
    vim.bo[event.buf].syntax = 'yaml'
    vim.bo[event.buf].commentstring = '# %s'
    if not has('0.11') then
      attach_to(event.buf)
    end
  end,
})

if has('0.11') then
  vim.lsp.config('koreo', { cmd = command, filetypes = { 'koreo' }, root_markers = markers })
  vim.lsp.enable('koreo')
end
