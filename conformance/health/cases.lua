-- Runs the health check of Applications, as the rendered argocd-cm holds it, on statuses that Argo CD
-- writes (Argo CD 3.x, ApplicationStatus). Usage: lua cases.lua SCRIPT
local file = assert(io.open(arg[1]))
local source = file:read("*a")
file:close()

local function application(status)
  return { metadata = { name = "x" }, status = status }
end

-- What the status is, and what the check must say of it.
local cases = {
  { "made just now", nil, "Progressing" },
  { "made just now, with an empty status", {}, "Progressing" },
  { "compared, nothing deployed yet",
    { health = { status = "Missing" }, sync = { status = "OutOfSync" } }, "Progressing" },
  { "compared, and of nothing that counts (Argo CD 3.4)",
    { health = { status = "Healthy" }, sync = { status = "OutOfSync" } }, "Progressing" },
  { "between two waves of its first sync",
    { health = { status = "Healthy" }, sync = { status = "OutOfSync" }, operationState = { phase = "Running" } }, "Progressing" },
  { "degraded while it is synced",
    { health = { status = "Degraded" }, sync = { status = "Synced" }, operationState = { phase = "Running" } }, "Progressing" },
  { "synced, starting",
    { health = { status = "Progressing" }, sync = { status = "Synced" }, operationState = { phase = "Succeeded" } }, "Progressing" },
  { "synced and healthy",
    { health = { status = "Healthy" }, sync = { status = "Synced" }, operationState = { phase = "Succeeded" } }, "Healthy" },
  { "healthy, drifted since",
    { health = { status = "Healthy" }, sync = { status = "OutOfSync" }, operationState = { phase = "Succeeded" } }, "Healthy" },
  { "found in sync after a restore", { health = { status = "Healthy" }, sync = { status = "Synced" } }, "Healthy" },
  { "degraded", { health = { status = "Degraded", message = "no disk" }, sync = { status = "Synced" },
    operationState = { phase = "Succeeded" } }, "Degraded" },
  { "first sync failed",
    { health = { status = "Missing" }, sync = { status = "OutOfSync" }, operationState = { phase = "Failed" } }, "Progressing" },
  { "first sync failed, the rest healthy",
    { health = { status = "Healthy" }, sync = { status = "OutOfSync" }, operationState = { phase = "Error" } }, "Progressing" },
  { "paused", { health = { status = "Suspended" }, sync = { status = "Synced" }, operationState = { phase = "Succeeded" } }, "Suspended" },
  { "health unknown", { health = { status = "Unknown" }, sync = { status = "Unknown" }, operationState = { phase = "Succeeded" } }, "Progressing" },
}

local failed = 0
for _, case in ipairs(cases) do
  local name, status, wanted = case[1], case[2], case[3]
  -- As Argo CD runs it: a global `obj`, and none of the libraries.
  local chunk = assert(loadstring(source))
  setfenv(chunk, { obj = application(status) })
  local health = chunk()
  if health.status ~= wanted or type(health.message) ~= "string" then
    failed = failed + 1
    print("not as it must be: " .. name .. ": " .. tostring(health.status) .. " instead of " .. wanted)
  end
end
print(#cases .. " statuses, " .. failed .. " wrong")
os.exit(failed == 0 and 0 or 1)
