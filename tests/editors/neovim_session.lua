-- A user's session in a headless Neovim (0.7 and later). Reads a plan as JSON from $PLAN, writes what the editor showed
-- to $RESULT. Every wait is for something to be there, with a limit.
local plan = vim.fn.json_decode(vim.fn.readfile(vim.env.PLAN))
local has = function(version) return vim.fn.has('nvim-' .. version) == 1 end
local limit = tonumber(vim.env.LIMIT or 15000)
local result = { version = vim.fn.matchstr(vim.fn.execute('version'), [[NVIM v\S*]]), errors = {} }

local function wait(condition) return vim.wait(limit, condition, 20) end
local function note(name, action)
  local fine, value = pcall(action)
  if fine then result[name] = value else result.errors[name] = tostring(value) end
end

-- Puts the cursor on `column` characters after the start of the first text that matches, plainly.
local function go_to(text, offset)
  local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  for number, line in ipairs(lines) do
    local start = line:find(text, 1, true)
    if start then
      vim.api.nvim_win_set_cursor(0, { number, start - 1 + (offset or 0) })
      return
    end
  end
  error('no such text: ' .. text)
end

local function diagnostics()
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(0)) do
    table.insert(found, (one.code or '?') .. '@' .. (one.lnum + 1))
  end
  table.sort(found)
  return found
end

local function has_code(code)
  for _, one in ipairs(vim.diagnostic.get(0)) do
    if one.code == code then return true end
  end
  return false
end

local function float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
      return table.concat(lines, '\n'), window
    end
  end
end

local function text() return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n') end

local function client()
  return (vim.lsp.get_clients or vim.lsp.get_active_clients)({ bufnr = 0 })[1]
end

local function request(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, limit)
  for _, answer in pairs(answers or {}) do
    if answer.error then error(answer.error.message) end
    return answer.result
  end
end

local function position_params()
  if has('0.11') then return vim.lsp.util.make_position_params(0, client().offset_encoding) end
  return vim.lsp.util.make_position_params()
end

vim.o.hidden = true
vim.cmd('edit ' .. vim.fn.fnameescape(plan.file))
local buffer = vim.api.nvim_get_current_buf()
result.filetype = vim.bo.filetype
result.syntax = vim.fn.synIDattr(vim.fn.synID(1, 1, 1), 'name') ~= nil and vim.b.current_syntax
result.attached = wait(function() return client() ~= nil end)

note('diagnostics', function()
  wait(function() return has_code(plan.code) end)
  return diagnostics()
end)

note('hover', function()
  go_to(plan.hover.text, plan.hover.offset)
  vim.lsp.buf.hover()
  wait(function() return float() ~= nil end)
  local shown, window = float()
  if window then vim.api.nvim_win_close(window, true) end
  return shown
end)

note('completion', function()
  go_to(plan.completion.line, 0)
  local number = vim.api.nvim_win_get_cursor(0)[1]
  local before = vim.api.nvim_get_current_line()
  vim.api.nvim_buf_set_lines(0, number - 1, number, false, { plan.completion.typed })
  vim.api.nvim_win_set_cursor(0, { number, #plan.completion.typed })
  vim.wait(50)
  local params = position_params()
  params.position.character = #plan.completion.typed
  local answer = request('textDocument/completion', params)
  vim.api.nvim_buf_set_lines(0, number - 1, number, false, { before })
  local labels = {}
  for _, item in ipairs(answer.items or answer) do table.insert(labels, item.label) end
  return labels
end)

note('definition', function()
  go_to(plan.definition.text, plan.definition.offset)
  vim.lsp.buf.definition()
  wait(function() return vim.fn.expand('%:t') == plan.definition.file end)
  local place = { vim.fn.expand('%:t'), vim.trim(vim.fn.getline('.')) }
  vim.cmd('buffer ' .. buffer)
  return place
end)

note('semantic_tokens', function()
  if not has('0.9') then return vim.NIL end
  go_to(plan.hover.text, plan.hover.offset)
  local row, column = vim.api.nvim_win_get_cursor(0)[1] - 1, vim.api.nvim_win_get_cursor(0)[2]
  wait(function() return #(vim.lsp.semantic_tokens.get_at_pos(0, row, column) or {}) > 0 end)
  local found = {}
  for _, token in ipairs(vim.lsp.semantic_tokens.get_at_pos(0, row, column) or {}) do table.insert(found, token.type) end
  return found
end)

note('rename', function()
  go_to(plan.rename.text, plan.rename.offset)
  vim.lsp.buf.rename(plan.rename.to)
  wait(function() return text():find(plan.rename.expected, 1, true) ~= nil end)
  return text():find(plan.rename.expected, 1, true) ~= nil
end)

note('code_action', function()
  go_to(plan.action.text, plan.action.offset)
  local params = has('0.11') and vim.lsp.util.make_range_params(0, client().offset_encoding) or vim.lsp.util.make_range_params()
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  params.context = { diagnostics = {} }
  local titles = {}
  for _, action in ipairs(request('textDocument/codeAction', params) or {}) do table.insert(titles, action.title) end
  local select = vim.ui.select
  vim.ui.select = function(items, _, choose)
    for index, item in ipairs(items) do
      local action = item.action or item[2]
      if action.title == plan.action.title then return choose(item, index) end
    end
    error('no such action')
  end
  vim.lsp.buf.code_action()
  wait(function() return text():find(plan.action.expected, 1, true) ~= nil end)
  vim.ui.select = select
  return { titles = titles, applied = text():find(plan.action.expected, 1, true) ~= nil }
end)

note('mended', function()
  wait(function() return not has_code(plan.code) end)
  return diagnostics()
end)

note('inlay_hints', function()
  if not has('0.10') then return vim.NIL end
  vim.cmd('edit ' .. vim.fn.fnameescape(plan.hints))
  wait(function() return client() ~= nil end)
  vim.lsp.inlay_hint.enable(true, { bufnr = 0 })
  wait(function() return #vim.lsp.inlay_hint.get({ bufnr = 0 }) > 0 end)
  local labels = {}
  for _, hint in ipairs(vim.lsp.inlay_hint.get({ bufnr = 0 })) do
    local label = hint.inlay_hint.label
    if type(label) == 'table' then
      local parts = {}
      for _, part in ipairs(label) do table.insert(parts, part.value) end
      label = table.concat(parts)
    end
    table.insert(labels, label)
  end
  vim.cmd('buffer ' .. buffer)
  return labels
end)

local told = {}
vim.notify = function(message) table.insert(told, message) end

local function last_told(command)
  told = {}
  vim.cmd(command)
  wait(function() return #told > 0 end)
  return table.concat(told, '\n')
end

local function page(name)
  local lines = vim.api.nvim_buf_get_lines(vim.fn.bufnr('koreo://' .. name), 0, -1, false)
  return table.concat(lines, '\n')
end

local function wait_for(name, expected)
  wait(function() return page(name):find(expected, 1, true) ~= nil end)
  return page(name)
end

note('preview', function()
  local seen = {}
  vim.cmd('buffer ' .. vim.fn.bufnr(plan.hints))
  go_to(plan.preview.text, plan.preview.offset)
  local window, number = vim.api.nvim_get_current_win(), vim.api.nvim_win_get_cursor(0)[1]
  vim.cmd('KoreoPreview')
  seen.opened = wait_for('preview', plan.preview.opened)
  seen.stayed = vim.api.nvim_get_current_win() == window
  local before = vim.api.nvim_get_current_line()
  vim.api.nvim_buf_set_lines(0, number - 1, number, false, { plan.preview.typed })
  seen.typed = wait_for('preview', plan.preview.shown)
  vim.api.nvim_buf_set_lines(0, number - 1, number, false, { before })
  wait_for('preview', plan.preview.opened)
  vim.api.nvim_set_current_win(vim.fn.bufwinid(vim.fn.bufnr('koreo://preview')))
  go_to(plan.preview.opened)
  seen.filetype = vim.bo.filetype
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes('<CR>', true, false, true), 'xt', false)
  seen.linked = { vim.fn.expand('%:t'), vim.trim(vim.fn.getline('.')), vim.api.nvim_get_current_win() == window }
  vim.cmd('KoreoPreview ' .. plan.test)
  seen.pinned = wait_for('preview', 'FunctionTest')
  vim.cmd('only')
  return seen
end)

note('signs', function()
  local seen = {}
  local signs = vim.api.nvim_get_namespaces().koreo_tests
  wait(function() return #vim.api.nvim_buf_get_extmarks(0, signs, 0, -1, {}) > 1 end)
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, signs, 0, -1, { details = true })) do
    local line = vim.api.nvim_buf_get_lines(0, mark[2], mark[2] + 1, false)[1]
    table.insert(seen, vim.trim(mark[4].sign_text or '✓') .. vim.trim(line)) -- 0.7 does not tell the text
  end
  return seen
end)

note('run', function()
  go_to('total: 5')
  local seen = { last_told('KoreoRun') }
  go_to('doubled:')
  table.insert(seen, last_told('KoreoRun'))
  table.insert(seen, last_told('KoreoRun ' .. plan.test))
  table.insert(seen, last_told('KoreoRunAll'))
  table.insert(seen, last_told('KoreoRun nothing'))
  return seen
end)

note('lenses', function()
  local commands = {}
  for _, lens in ipairs(request('textDocument/codeLens', { textDocument = vim.lsp.util.make_text_document_params() })) do
    local command = (lens.command and lens or request('codeLens/resolve', lens)).command
    commands[command.command] = command
  end
  local seen = {}
  vim.lsp.commands['koreo.showReferences'](commands['koreo.showReferences'])
  seen.used_by = { vim.bo.filetype, #vim.fn.getqflist() }
  vim.cmd('only | buffer ' .. vim.fn.bufnr(plan.hints))
  vim.lsp.commands['koreo.showObject']({ arguments = { vim.uri_from_bufnr(0), plan.test, 0 } })
  seen.object = wait_for('preview', 'FunctionTest')
  vim.cmd('only')
  told = {}
  vim.lsp.commands['koreo.runTest'](commands['koreo.runTest'])
  wait(function() return #told > 0 end)
  seen.run = told[1]
  return seen
end)

note('status', function() return last_told('KoreoStatus') end)

note('command_completion', function()
  local complete = function(typed) return vim.fn.getcompletion(typed, 'cmdline') end
  return { complete('Koreo'), complete('KoreoGraph '), complete('KoreoRun gr'), complete('KoreoPreview gr') }
end)

note('graph', function()
  vim.cmd('buffer ' .. buffer)
  vim.cmd('KoreoGraph')
  local seen = { text = wait_for('graph', 'flowchart') }
  vim.api.nvim_set_current_win(vim.fn.bufwinid(vim.fn.bufnr('koreo://graph')))
  go_to('later')
  vim.api.nvim_feedkeys('gd', 'xt', false)
  seen.linked = { vim.fn.expand('%:t'), vim.trim(vim.fn.getline('.')) }
  seen.told = last_told('KoreoGraph ' .. vim.fn.fnameescape(plan.picture))
  seen.picture = vim.fn.readfile(plan.picture)[1]:sub(1, 4)
  return seen
end)

note('stopped', function()
  local one = client()
  if has('0.11') then one:stop() else vim.lsp.stop_client(one.id) end
  return wait(function() return client() == nil end)
end)

local encoded = vim.fn.json_encode(result)
vim.fn.writefile({ encoded }, vim.env.RESULT)
vim.cmd('qall!')
