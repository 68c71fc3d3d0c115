-- :KoreoPreview shows what a function makes, or every object of a Workflow, as it is typed. Each field leads to the
-- expression that made it.
local scratch = require('koreo.scratch')
local server = require('koreo.server')

local M = {}
local WIDTH = 78 -- characters in a line of a comment, without its "# "
local NOTHING = 'There is nothing to preview here. Put the cursor into a function with a FunctionTest, into a FunctionTest, '
  .. 'or into a Workflow.'

local function wrapped(note)
  local lines = {}
  for _, paragraph in ipairs(vim.split(note, '\n', { plain = true })) do
    local line = ''
    for _, word in ipairs(vim.split(paragraph, ' ', { plain = true })) do
      if line ~= '' and vim.fn.strdisplaywidth(line .. ' ' .. word) > WIDTH then
        table.insert(lines, line)
        line = word
      else
        line = line == '' and word or line .. ' ' .. word
      end
    end
    table.insert(lines, line)
  end
  return lines
end

local function is_all_comments(text) return not ('\n' .. text):find('\n[^#\n]') end

local function lay_out(page, answer)
  local notes = answer and vim.list_extend({ answer.title }, answer.notes) or { NOTHING }
  local head = {}
  for _, note in ipairs(notes) do
    for _, line in ipairs(wrapped(note)) do
      table.insert(head, line == '' and '#' or '# ' .. line)
    end
  end
  page.links, page.moved = answer and answer.links or {}, #head + 1
  -- A text of nothing but comments repeats the notes, for editors that do not show them.
  local text = answer and not is_all_comments(answer.text) and answer.text or ''
  return table.concat(head, '\n') .. (text ~= '' and '\n\n' .. text or '')
end

local function is_before(one, other)
  return one.line < other.line or (one.line == other.line and one.character < other.character)
end

local function holds(range, position)
  return not is_before(position, range.start) and not is_before(range['end'], position)
end

-- The target of the smallest link that holds a position; on the key of a field, that of its value.
local function target_at(page, position)
  local line = position.line - page.moved
  local at, best, first = { line = line, character = position.character }, nil, nil
  for _, link in ipairs(page.links) do
    if holds(link.range, at) and (not best or holds(best.range, link.range.start)) then
      best = link
    elseif link.range.start.line == line and (not first or is_before(link.range.start, first.range.start)) then
      first = link
    end
  end
  local found = best or first
  return found and found.target
end

local function show(question, mods)
  scratch.show({
    name = 'preview',
    filetype = 'yaml',
    method = 'koreo/preview',
    question = question,
    follows = question.test == nil,
    lay_out = lay_out,
    target_at = target_at,
  }, mods)
end

-- Opens the preview of a case, counted from 0.
function M.open_case(uri, test, case) show({ uri = uri, test = test, case = case }, '') end

-- Opens the preview of where the cursor is, or of a test by its name, and there of a case by its number from 1.
function M.open(test, case, mods)
  local uri = test and require('koreo.tests').file_of(test)
  if test and not uri then
    return server.complain('there is no FunctionTest ' .. test)
  end
  show({ uri = uri, test = test, case = case and case - 1 }, mods or '')
end

return M
