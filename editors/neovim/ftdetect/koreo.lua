-- Koreo files by name. Priority 10 wins over `yaml`, which the ending .yaml would give.
if vim.fn.has('nvim-0.8') == 1 then
  vim.filetype.add({
    extension = { koreo = 'koreo', k = 'koreo' },
    pattern = { ['.*%.k%.ya?ml'] = { 'koreo', { priority = 10 } } },
  })
else
  vim.cmd([[autocmd BufRead,BufNewFile *.k.yaml,*.k.yml,*.koreo,*.k setlocal filetype=koreo]])
end
