-- :KoreoStatus shows what the server says of itself.
local server = require('koreo.server')

local M = {}

local function lines_of(status)
  local lines = {
    ('koreo-ls %s, Python %s'):format(status.version, status.python),
    ('running for %d s, %s MB'):format(status.runningSeconds, status.memoryMegabytes or '?'),
  }
  for _, workspace in ipairs(status.workspaces) do
    local reading = workspace.complete and '' or (', %d still to be read'):format(workspace.unread)
    table.insert(lines, ('workspace %s: %d files%s'):format(workspace.folder, workspace.files, reading))
  end
  local tests = require('koreo.tests').summary()
  table.insert(lines, 'tests: ' .. (tests ~= '' and tests or 'none'))
  for _, bug in ipairs(status.bugs) do
    table.insert(lines, ('a bug of the server, please report it: %s, %s at %s'):format(bug.feature, bug.error, bug.place))
  end
  return lines
end

function M.show()
  local client = server.of() or server.needed(vim.api.nvim_get_current_buf())
  if client then
    server.ask(client, 'workspace/executeCommand', { command = 'koreo.status' }, nil, function(status)
      server.tell(table.concat(lines_of(status), '\n'))
    end)
  end
end

return M
