-- What Neovim 0.7 to 0.12 do differently when one talks to a language server, and the words said to the user.
local M = {}

local has = function(version) return vim.fn.has('nvim-' .. version) == 1 end

-- What the server may send beyond the protocol (docs/editors.md, "Messages of our own"). And Neovim can create files as part of
-- an edit, though it does not say so: new tests go into files of their own.
M.capabilities = {
  workspace = { workspaceEdit = { documentChanges = true } },
  experimental = {
    koreo = { preview = true, testResults = true, clientCommands = { 'koreo.showReferences', 'koreo.showObject' } },
  },
}

function M.tell(message, level) vim.notify('Koreo: ' .. message, level or vim.log.levels.INFO) end

function M.complain(message) M.tell(message, vim.log.levels.WARN) end

local function clients(filter)
  if vim.lsp.get_clients then
    return vim.lsp.get_clients(filter)
  end
  local found = {}
  for _, client in ipairs(vim.lsp.get_active_clients()) do
    local attached = not filter.bufnr or vim.lsp.buf_is_attached(filter.bufnr, client.id)
    if client.name == filter.name and attached then
      table.insert(found, client)
    end
  end
  return found
end

-- The server of a buffer; without one, whichever runs.
function M.of(buffer) return clients({ name = 'koreo', bufnr = buffer })[1] end

-- The server of a buffer; says why, where there is none.
function M.needed(buffer)
  local client = M.of(buffer)
  if client then
    return client
  end
  if vim.bo[buffer].filetype ~= 'koreo' then
    M.complain('this is no Koreo file; their names end in .k.yaml, .k.yml, .koreo or .k')
  else
    M.complain('koreo-ls does not run for this file; `koreo-ls --check` in a shell says what is missing')
  end
end

-- Asks for an answer and hands it on; a refusal is told.
function M.ask(client, method, params, buffer, answered)
  local handler = function(refused, answer)
    if refused then
      M.complain(refused.message or tostring(refused))
    else
      answered(answer ~= vim.NIL and answer or nil)
    end
  end
  if has('0.11') then
    client:request(method, params, handler, buffer)
  else
    client.request(method, params, handler, buffer)
  end
end

-- Where the cursor of a window is, as the server counts.
function M.position(client, window)
  return vim.lsp.util.make_position_params(window, client.offset_encoding).position
end

-- Goes to a place in the present window.
function M.go_to(client, location)
  if vim.lsp.util.show_document then
    vim.lsp.util.show_document(location, client.offset_encoding, { focus = true, reuse_win = false })
  else
    vim.lsp.util.jump_to_location(location, client.offset_encoding)
  end
end

return M
