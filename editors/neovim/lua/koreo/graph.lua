-- :KoreoGraph shows the graph of a Workflow as Mermaid text, whose nodes lead to its steps, or writes it to a file.
local scratch = require('koreo.scratch')
local server = require('koreo.server')

local M = {}
local NOTHING = '%% There is no Workflow in this file.'

local function lay_out(page, answer)
  page.nodes = answer and answer.nodes or {}
  return answer and '%% ' .. answer.title .. '\n' .. answer.text or NOTHING
end

-- The step of the first node that the line names, or of the one under the cursor.
local function target_at(page, position)
  local here, line = vim.fn.expand('<cword>'), vim.api.nvim_get_current_line()
  local best
  for _, node in ipairs(page.nodes) do
    if node.id == here then
      return node.target
    end
    local start = line:find('%f[%w]' .. node.id .. '%f[%W]')
    if start and (not best or start < best.start) then
      best = { start = start, target = node.target }
    end
  end
  return best and best.target
end

local function write(answer, file)
  if not answer then
    server.complain('there is no Workflow in this file')
    return false
  end
  local fine, problem = pcall(vim.fn.writefile, vim.split(answer.text:gsub('\n$', ''), '\n', { plain = true }), file)
  if not fine then
    server.complain(('%s cannot be written: %s'):format(file, tostring(problem)))
  end
  return fine
end

-- Shows the Workflow at the cursor, or the first of the file.
function M.open(mods)
  scratch.show({
    name = 'graph',
    filetype = 'mermaid',
    method = 'koreo/graph',
    question = { format = 'mermaid' },
    follows = true,
    lay_out = lay_out,
    target_at = target_at,
  }, mods or '')
end

-- Writes it to a file; without one, the picture is opened with what the system has for it.
function M.save(format, file)
  local buffer = vim.api.nvim_get_current_buf()
  local client = server.needed(buffer)
  if not client then
    return
  end
  if not file and not (vim.ui.open and format == 'svg') then
    server.complain(('name a file: :KoreoGraph %s graph.%s'):format(format, format == 'svg' and 'svg' or 'mmd'))
    return
  end
  local name = file and vim.fn.expand(file) or vim.fn.tempname() .. '.svg'
  local params = { uri = vim.uri_from_bufnr(buffer), position = server.position(client, 0), format = format }
  server.ask(client, 'koreo/graph', params, buffer, function(answer)
    if write(answer, name) then
      server.tell('wrote ' .. name)
      if not file then
        vim.ui.open(name)
      end
    end
  end)
end

return M
