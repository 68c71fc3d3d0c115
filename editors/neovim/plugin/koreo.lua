-- Starts `koreo-ls` for Koreo files, and defines the commands :Koreo….
-- Where the server is not on the PATH: vim.g.koreo_ls = '/path/to/koreo-ls' in init.lua.
local has = function(version) return vim.fn.has('nvim-' .. version) == 1 end

if vim.g.loaded_koreo then
  return
end
vim.g.loaded_koreo = true

require('koreo.commands').setup()
require('koreo.scratch').setup()
require('koreo.tests').setup()
require('koreo.lenses').setup()

if has('0.11') then
  vim.lsp.enable('koreo') -- with lsp/koreo.lua
  return
end

local command = { vim.g.koreo_ls or 'koreo-ls' }
local markers = { 'koreo.toml', '.git' }
local capabilities =
  vim.tbl_deep_extend('force', vim.lsp.protocol.make_client_capabilities(), require('koreo.server').capabilities)

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
    local config = { name = 'koreo', cmd = command, root_dir = root, capabilities = capabilities }
    vim.lsp.start(config, { bufnr = buffer })
    return
  end
  clients[root] = clients[root] or vim.lsp.start_client({
    name = 'koreo',
    cmd = command,
    root_dir = root,
    capabilities = capabilities,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
    on_exit = function() clients[root] = nil end,
  })
  vim.lsp.buf_attach_client(buffer, clients[root])
end

vim.api.nvim_create_autocmd('FileType', {
  pattern = 'koreo',
  callback = function(event) attach_to(event.buf) end,
})
