#!/usr/bin/env bash
# Writes the report into the comment of an earlier run, known by its author and by the hidden mark on the first line of both, or
# into a new one.
set -euo pipefail

[ -s "${REPORT:-}" ] || exit 0
mark=$(head -n 1 "$REPORT")
comments=repos/$GITHUB_REPOSITORY/issues
# Anybody can write the mark; a comment of somebody else could be changed by him afterwards. The token of a job belongs to no user.
login=$(gh api user --jq .login 2>/dev/null) || login=
own() {
    jq --raw-output --slurp --arg mark "$mark" --arg login "$login" '
        [.[][] | select(.body | startswith($mark))
            | select(if $login == "" then .user.type == "Bot" else .user.login == $login end) | .id][0] // empty'
}
id=$(gh api --paginate "$comments/$NUMBER/comments?per_page=100" | own)
if [ -n "$id" ]; then
    gh api --method PATCH "$comments/comments/$id" --field "body=@$REPORT" --silent
else
    gh api --method POST "$comments/$NUMBER/comments" --field "body=@$REPORT" --silent
fi
