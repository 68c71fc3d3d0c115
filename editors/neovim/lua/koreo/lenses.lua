-- What the lenses do that only an editor can do: `vim.lsp.codelens.run()` on one of them.
local server = require('koreo.server')

local M = {}

-- "2 tests, 3 uses": the only place at once, more as a quickfix list.
local function show_references(command)
  local client, places = server.of(), command.arguments[3]
  if client and #places == 1 then
    server.go_to(client, places[1])
  elseif client then
    local items = vim.lsp.util.locations_to_items(places, client.offset_encoding)
    vim.fn.setqflist({}, ' ', { title = command.title, items = items })
    vim.cmd('botright copen')
  end
end

local function show_object(command)
  local uri, test, case = unpack(command.arguments)
  require('koreo.preview').open_case(uri, test, case)
end

-- "show values": they stand in the function, as inlay hints.
local function choose_case(command)
  local client = server.of()
  if client then
    server.ask(client, 'workspace/executeCommand', { command = command.command, arguments = command.arguments }, nil, function()
      if not vim.lsp.inlay_hint.is_enabled() then
        server.tell('the values stand in the function as inlay hints: `:lua vim.lsp.inlay_hint.enable()` shows them')
      end
    end)
  end
end

function M.setup()
  local commands = vim.lsp.commands
  commands['koreo.showReferences'] = show_references
  commands['koreo.showObject'] = show_object
  commands[''] = commands[''] or function() end -- of lenses that only tell
  if vim.lsp.inlay_hint then
    commands['koreo.chooseCase'] = choose_case
  end
end

return M
