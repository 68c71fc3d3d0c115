-- Neovim 0.11 and later read this by themselves (`:help lsp-config`). Settings of your own go into init.lua:
--   vim.lsp.config('koreo', { cmd = { '/path/to/koreo-ls' }, settings = { koreo = { inlayHints = { values = true } } } })
return {
  cmd = { vim.g.koreo_ls or 'koreo-ls' },
  filetypes = { 'koreo' },
  root_markers = { 'koreo.toml', '.git' },
}
