-- Windows beside a Koreo file that show what the server makes of it, and lead back to what made it.
local server = require('koreo.server')

local M = {}
local PAUSE = 120 -- milliseconds without another change before a text is asked for anew
local WIDE = 140 -- columns from which on such a window stands at the side, not below
local pages = {} -- name to page

local function is_shown(page) return page.buffer and vim.fn.bufwinid(page.buffer) ~= -1 end

local function source_window(page)
  local window = page.window
  if window and vim.api.nvim_win_is_valid(window) and vim.api.nvim_win_get_buf(window) == page.source then
    return window
  end
  window = vim.fn.bufwinid(page.source)
  return window ~= -1 and window or nil
end

local function write(page, text)
  local lines = vim.split(text:gsub('\n$', ''), '\n', { plain = true })
  if vim.deep_equal(lines, vim.api.nvim_buf_get_lines(page.buffer, 0, -1, false)) then
    return
  end
  local window = vim.fn.bufwinid(page.buffer)
  local view = window ~= -1 and vim.api.nvim_win_call(window, vim.fn.winsaveview)
  vim.bo[page.buffer].modifiable = true
  vim.api.nvim_buf_set_lines(page.buffer, 0, -1, false, lines)
  vim.bo[page.buffer].modifiable = false
  if view then
    vim.api.nvim_win_call(window, function() vim.fn.winrestview(view) end)
  end
end

-- Asks for the text of a page, as of now; an answer that another question has overtaken is dropped.
local function refresh(page)
  local client = vim.api.nvim_buf_is_loaded(page.source) and server.of(page.source)
  if not (client and is_shown(page)) then
    return
  end
  local window = source_window(page)
  if window then
    page.position = server.position(client, window)
  end
  page.asked = (page.asked or 0) + 1
  local number = page.asked
  local here = { uri = vim.uri_from_bufnr(page.source), position = page.position }
  local params = vim.tbl_extend('force', here, page.question)
  server.ask(client, page.method, params, page.source, function(answer)
    if number == page.asked and vim.api.nvim_buf_is_valid(page.buffer) then
      write(page, page.lay_out(page, answer))
    end
  end)
end

local function refresh_soon(page)
  page.timer = page.timer or vim.loop.new_timer()
  page.timer:stop()
  page.timer:start(PAUSE, 0, vim.schedule_wrap(function() refresh(page) end))
end

-- Leads from the cursor to what made the text there.
local function follow_link(page)
  local client = server.of(page.source)
  local target = client and page.target_at(page, server.position(client, 0))
  if not target then
    server.complain('nothing leads on from here')
    return
  end
  local window = source_window(page)
  if window then
    vim.api.nvim_set_current_win(window)
  else
    vim.cmd('aboveleft split')
  end
  server.go_to(client, target)
end

local function create(page)
  local buffer = vim.api.nvim_create_buf(false, true)
  page.buffer = buffer
  vim.api.nvim_buf_set_name(buffer, 'koreo://' .. page.name)
  vim.bo[buffer].bufhidden = 'hide'
  vim.bo[buffer].filetype = page.filetype
  vim.bo[buffer].modifiable = false
  local map = function(keys, action, description)
    vim.keymap.set('n', keys, action, { buffer = buffer, desc = description })
  end
  for _, keys in ipairs({ 'gd', '<CR>', '<C-]>' }) do
    map(keys, function() follow_link(page) end, 'Koreo: go to what made this')
  end
  map('q', '<Cmd>close<CR>', 'Koreo: close')
end

local function open_window(page, mods)
  local present = vim.api.nvim_get_current_win()
  if mods == '' then
    mods = vim.o.columns >= WIDE and 'botright vertical' or 'botright'
  end
  vim.cmd(mods .. ' sbuffer ' .. page.buffer)
  vim.cmd('setlocal nowrap nofoldenable')
  vim.api.nvim_set_current_win(present)
end

-- Follows the cursor of any Koreo file, unless the page is about something that was named.
local function follow()
  for _, page in pairs(pages) do
    if page.follows and is_shown(page) then
      page.source, page.window = vim.api.nvim_get_current_buf(), vim.api.nvim_get_current_win()
      refresh_soon(page)
    end
  end
end

-- Shows a page beside the present file. `page` has `name`, `filetype`, `method` and `question` (to the server), `follows` (the
-- cursor), `lay_out(page, answer)` that returns a text, and `target_at(page, position)` that returns a location or nil.
function M.show(page, mods)
  local source = vim.api.nvim_get_current_buf()
  if not server.needed(source) then
    return
  end
  local known = pages[page.name]
  if known then
    page.buffer, page.timer, page.asked = known.buffer, known.timer, known.asked
  end
  pages[page.name] = page
  page.source, page.window = source, vim.api.nvim_get_current_win()
  if not (page.buffer and vim.api.nvim_buf_is_valid(page.buffer)) then
    create(page)
  end
  if not is_shown(page) then
    open_window(page, mods)
  end
  refresh(page)
end

-- Asks for all that is shown again.
function M.changed()
  for _, page in pairs(pages) do
    refresh_soon(page)
  end
end

function M.setup()
  vim.lsp.handlers['koreo/previewChanged'] = M.changed
  local group = vim.api.nvim_create_augroup('koreo_scratch', {})
  vim.api.nvim_create_autocmd({ 'CursorMoved', 'CursorMovedI', 'BufEnter' }, {
    group = group,
    callback = function()
      if next(pages) and vim.bo.filetype == 'koreo' then
        follow()
      end
    end,
  })
end

return M
