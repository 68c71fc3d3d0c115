-- Neovim 0.11 and later read this by themselves (`:help lsp-config`). Settings of your own go into init.lua:
--   vim.lsp.config('koreo', { cmd = { '/path/to/koreo-ls' }, settings = { koreo = { inlayHints = { values = true } } } })
return {
  cmd = { vim.g.koreo_ls or 'koreo-ls' },
  filetypes = { 'koreo' },
  -- What belongs together is the folder with a koreo.toml, or the repository, or else the folder of the file.
  root_dir = function(buffer, on_dir)
    local name = vim.api.nvim_buf_get_name(buffer)
    on_dir(vim.fs.root(buffer, { 'koreo.toml', '.git' }) or (name ~= '' and vim.fs.dirname(name) or nil))
  end,
  capabilities = require('koreo.server').capabilities,
}
