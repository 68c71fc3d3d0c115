-- The commands :Koreo…, with completion of what they take.
local server = require('koreo.server')

local M = {}
local FORMATS = { 'mermaid', 'svg' }

local function starting_with(lead, words)
  return vim.tbl_filter(function(word) return vim.startswith(word, lead) end, words)
end

-- The arguments that stand before the one being typed.
local function before(line, lead)
  local words = vim.split(vim.trim(line:sub(1, #line - #lead)), '%s+')
  local first = 1
  while words[first] and not words[first]:find('^Koreo') do
    first = first + 1
  end
  return vim.list_slice(words, first + 1)
end

local function preview(call)
  local test, case = call.fargs[1], call.fargs[2]
  if case and not tonumber(case) then
    server.complain('the second word is the number of a case, from 1')
    return
  end
  require('koreo.preview').open(test, tonumber(case), call.mods)
end

local function graph(call)
  local format, file = call.fargs[1], call.fargs[2]
  if format and not vim.tbl_contains(FORMATS, format) then
    format, file = format:match('%.svg$') and 'svg' or 'mermaid', format
  end
  if format == 'svg' or file then
    require('koreo.graph').save(format, file)
  else
    require('koreo.graph').open(call.mods)
  end
end

local function complete_graph(lead, line)
  if #before(line, lead) == 0 then
    local files = lead ~= '' and vim.fn.getcompletion(lead, 'file') or {}
    return vim.list_extend(starting_with(lead, FORMATS), files)
  end
  return vim.fn.getcompletion(lead, 'file')
end

local function complete_preview(lead, line)
  return #before(line, lead) == 0 and starting_with(lead, require('koreo.tests').names()) or {}
end

local function complete_run(lead) return starting_with(lead, require('koreo.tests').names()) end

function M.setup()
  local define = vim.api.nvim_create_user_command
  define('KoreoPreview', preview, {
    nargs = '*',
    complete = complete_preview,
    desc = 'Koreo: what the function, test or Workflow at the cursor makes [TEST [CASE]]',
  })
  define('KoreoGraph', graph, {
    nargs = '*',
    complete = complete_graph,
    desc = 'Koreo: the graph of the Workflow at the cursor [mermaid|svg] [FILE]',
  })
  define('KoreoRun', function(call) require('koreo.tests').run(call.fargs) end, {
    nargs = '*',
    complete = complete_run,
    desc = 'Koreo: run the FunctionTest at the cursor, those of the function there, or those named',
  })
  define('KoreoRunAll', function() require('koreo.tests').run_all() end, { desc = 'Koreo: run all FunctionTests' })
  define('KoreoStatus', function() require('koreo.status').show() end, { desc = 'Koreo: what the server says of itself' })
end

return M
