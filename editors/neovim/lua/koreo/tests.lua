-- How FunctionTests went: signs beside tests and cases, which follow typing, and :KoreoRun.
local server = require('koreo.server')

local M = {}
local namespace = vim.api.nvim_create_namespace('koreo_tests')
local states = {} -- URI of a file to its tests
local SIGNS = { passed = '✓', failed = '✗', error = '✗', notRun = '○' }
local COLOURS = { passed = 'KoreoPassed', failed = 'KoreoFailed', error = 'KoreoFailed', notRun = 'KoreoNotRun' }
local PRIORITY = 8 -- of diagnostics it is 10: they win

local function mark(buffer, lines, one)
  local line = one.range.start.line
  if line < lines then
    vim.api.nvim_buf_set_extmark(buffer, namespace, line, 0, {
      sign_text = SIGNS[one.status],
      sign_hl_group = COLOURS[one.status],
      priority = PRIORITY,
    })
  end
end

local function show(buffer)
  if not vim.api.nvim_buf_is_loaded(buffer) then
    return
  end
  vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
  if vim.g.koreo_signs == false then
    return
  end
  local lines = vim.api.nvim_buf_line_count(buffer)
  for _, test in ipairs(states[vim.uri_from_bufnr(buffer)] or {}) do
    mark(buffer, lines, test)
    for _, case in ipairs(test.cases) do
      mark(buffer, lines, case)
    end
  end
end

local function told(_, state)
  states[state.uri] = #state.tests > 0 and state.tests or nil
  local buffer = vim.fn.bufnr(vim.uri_to_fname(state.uri))
  if buffer ~= -1 then
    show(buffer)
  end
end

-- All tests, or those that a filter takes, with the URI of their file.
local function tests(takes)
  local found = {}
  for uri, of_file in pairs(states) do
    for _, test in ipairs(of_file) do
      if takes(test, uri) then
        table.insert(found, test)
      end
    end
  end
  return found
end

local function every() return true end

function M.names()
  local names = vim.tbl_map(function(test) return test.name end, tests(every))
  table.sort(names)
  return names
end

-- The URI of the file that holds a test.
function M.file_of(name)
  local found = tests(function(test) return test.name == name end)[1]
  return found and found.id:match('^(.-)#')
end

-- A few words for a status line: `✓ 12` or `✗ 1 of 12`; empty without tests.
function M.summary(of)
  of = of or tests(every)
  local bad = #vim.tbl_filter(function(test) return test.status ~= 'passed' end, of)
  if #of == 0 then
    return ''
  end
  return bad == 0 and ('✓ %d'):format(#of) or ('✗ %d of %d'):format(bad, #of)
end

-- A line for what did not pass.
local function line_of(one, name)
  local message = one.message ~= vim.NIL and one.message or nil
  return SIGNS[one.status] .. ' ' .. name .. (message and ': ' .. message or '')
end

local function say(of)
  local words = {}
  for _, test in ipairs(of) do
    if test.status ~= 'passed' then
      table.insert(words, line_of(test, test.name))
      for _, case in ipairs(test.cases) do
        if case.status ~= 'passed' then
          table.insert(words, '  ' .. line_of(case, case.label))
        end
      end
    end
  end
  local bad = #words > 0
  if #of == 1 and not bad then
    words = { ('✓ %s: %d case%s passed'):format(of[1].name, #of[1].cases, #of[1].cases == 1 and '' or 's') }
  elseif #of ~= 1 then
    table.insert(words, 1, #of == 0 and 'there are no FunctionTests' or M.summary(of) .. ' tests')
  end
  server.tell(table.concat(words, '\n'), bad and vim.log.levels.WARN or nil)
end

local function run(client, buffer, ids)
  server.ask(client, 'koreo/runTests', { ids = ids or vim.NIL, uris = vim.NIL }, buffer, function(answer)
    local wanted, ran = {}, {}
    for _, id in ipairs(ids or {}) do
      wanted[id] = true
    end
    for _, state in ipairs(answer.tests) do
      for _, test in ipairs(state.tests) do
        if not ids or wanted[test.id] then
          table.insert(ran, test)
        end
      end
    end
    say(ran)
  end)
end

local function ids_of(found)
  return vim.tbl_map(function(test) return test.id end, found)
end

local function holds(range, line) return range.start.line <= line and line <= range['end'].line end

-- Hands on the tests of what the cursor is in: a FunctionTest, or a function.
local function at_cursor(client, buffer, taken)
  local line, own = vim.api.nvim_win_get_cursor(0)[1] - 1, vim.uri_from_bufnr(buffer)
  server.ask(client, 'textDocument/documentSymbol', { textDocument = { uri = own } }, buffer, function(symbols)
    for _, symbol in ipairs(symbols or {}) do
      if holds(symbol.range, line) then
        local is_test = symbol.detail == 'FunctionTest'
        return taken(tests(function(test, uri)
          if is_test then
            return uri == own and holds(symbol.range, test.range.start.line)
          end
          return test['function'].kind == symbol.detail and test['function'].name == symbol.name
        end))
      end
    end
    taken({})
  end)
end

function M.run(names)
  local buffer = vim.api.nvim_get_current_buf()
  local client = #names > 0 and server.of() or server.needed(buffer)
  if not client then
    return
  end
  if #names > 0 then
    local found = tests(function(test) return vim.tbl_contains(names, test.name) end)
    if #found == 0 then
      return server.complain('there is no FunctionTest ' .. table.concat(names, ', '))
    end
    return run(client, nil, ids_of(found))
  end
  at_cursor(client, buffer, function(found)
    if #found == 0 then
      server.complain('no FunctionTest here, nor one of the function here; :KoreoRunAll runs all')
    else
      run(client, buffer, ids_of(found))
    end
  end)
end

function M.run_all()
  local client = server.of()
  if client then
    run(client, nil, nil)
  else
    server.needed(vim.api.nvim_get_current_buf())
  end
end

function M.setup()
  vim.lsp.handlers['koreo/testResults'] = told
  -- The lenses "run" and "run all": the results are told here.
  vim.lsp.commands['koreo.runTest'] = function(command)
    local uri, test = unpack(command.arguments)
    local client = server.of()
    if client then
      run(client, nil, { uri .. '#' .. test })
    end
  end
  vim.lsp.commands['koreo.runAllTests'] = M.run_all
  local passed = vim.fn.hlexists('DiagnosticOk') == 1 and 'DiagnosticOk' or 'String'
  for group, colour in pairs({ KoreoPassed = passed, KoreoFailed = 'DiagnosticError', KoreoNotRun = 'Comment' }) do
    vim.cmd(('highlight default link %s %s'):format(group, colour))
  end
  vim.api.nvim_create_autocmd('BufWinEnter', {
    group = vim.api.nvim_create_augroup('koreo_tests', {}),
    callback = function(event)
      if vim.bo[event.buf].filetype == 'koreo' then
        show(event.buf)
      end
    end,
  })
end

return M
