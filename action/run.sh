#!/usr/bin/env bash
# Runs the command: annotations to standard output, the report to the job summary, outputs for the steps that follow. Whether the
# job fails is decided by the last step, after the comment and the upload.
set -euo pipefail

reports=$RUNNER_TEMP/sailplan
mkdir -p "$reports"
report=$reports/report.md

output() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }

bad() {
    echo "::error title=sailplan::$(escaped "$1")"
    output exit-code 2
    output fails 2
    exit 0
}

common=()
[ -z "${FILE:-}" ] || common+=(--file "$FILE")
tree=()
[ -z "${OUT:-}" ] || tree+=(--out "$OUT")
more=()
while IFS= read -r line; do
    [ -z "$line" ] || more+=("$line")
done <<<"${ARGS:-}"
case ${FORMAT:-markdown} in
    markdown | human) ;;
    *) bad "format is markdown or human, not $FORMAT" ;;
esac

# quietly COMMAND...: its exit code in $code.
quietly() {
    code=0
    "$@" || code=$?
}

# fenced FILE: a text as a block of Markdown, whatever is in it: the fence is longer than any in the text.
fenced() {
    local fence
    fence=$({ grep -o '`\{3,\}' "$1" || true; } | sort | tail -n 1)
    fence=${fence:-'``'}'`'
    printf '%stext\n' "$fence"
    cat "$1"
    printf '\n%s\n' "$fence"
}

# escaped TEXT: a text in a command of the workflow, whose message ends with its line.
escaped() {
    local text=${1//'%'/%25}
    text=${text//$'\r'/%0D}
    printf '%s' "${text//$'\n'/%0A}"
}

summary() {
    [ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$report" >>"$GITHUB_STEP_SUMMARY"
    output report "$report"
}

check() {
    quietly sailplan check "${common[@]}" "${more[@]}" --format github
    fails=$code
    local human=$reports/check.txt
    quietly sailplan check "${common[@]}" "${more[@]}" --format human >"$human" 2>&1
    { printf '### sailplan check\n\n'; fenced "$human"; } >"$report"
    if [ "${SARIF:-false}" = true ]; then
        quietly sailplan check "${common[@]}" "${more[@]}" --format sarif --output "$reports/sailplan.sarif"
        [ ! -s "$reports/sailplan.sarif" ] || output sarif "$reports/sailplan.sarif"
    fi
    summary
    output exit-code "$fails"
}

# stale: whether the output in the checkout is what the spec makes.
stale() {
    [ "${STALE:-true}" = true ] || return 0
    local list=$reports/stale.txt
    quietly sailplan diff "${common[@]}" "${tree[@]}" --names --output "$list"
    case $code in
        0) ;;
        1)
            echo "::error title=sailplan::the output is not what the spec makes: run sailplan render and commit" \
                "$(wc -l <"$list") files, the first is $(escaped "$(head -n 1 "$list")")"
            fails=1
            ;;
        *) fails=2 ;;
    esac
}

diff() {
    local against=${AGAINST:-} gate=() base=()
    if [ -z "$against" ] && [ -n "${GITHUB_BASE_REF:-}" ]; then
        against=origin/$GITHUB_BASE_REF...HEAD
    fi
    [ -z "$against" ] || base=(--against "$against")
    [ -z "${DENY:-}" ] || gate=(--deny "$DENY")
    fails=0
    quietly sailplan diff "${common[@]}" "${tree[@]}" "${base[@]}" "${more[@]}" --format github
    local differs=$code
    [ "$differs" != 2 ] || fails=2
    quietly sailplan diff "${common[@]}" "${tree[@]}" "${base[@]}" "${more[@]}" --format markdown --output "$reports/comment.md"
    if [ "${#gate[@]}" != 0 ] && [ "$fails" = 0 ]; then
        quietly sailplan diff "${common[@]}" "${tree[@]}" "${base[@]}" "${more[@]}" "${gate[@]}" --format human \
            --output "$reports/gate.txt"
        fails=$code
    fi
    # Without another state to compare with, any difference means that the output is stale.
    if [ -z "$against" ]; then
        [ "${STALE:-true}" != true ] || [ "$differs" = 0 ] || fails=$differs
    elif [ "$fails" = 0 ]; then
        stale
    fi
    if [ "${FORMAT:-markdown}" = markdown ] && [ -s "$reports/comment.md" ]; then
        cp "$reports/comment.md" "$report"
    else
        quietly sailplan diff "${common[@]}" "${tree[@]}" "${base[@]}" "${more[@]}" --format human --output "$reports/diff.txt"
        { printf '### sailplan diff\n\n'; [ ! -s "$reports/diff.txt" ] || fenced "$reports/diff.txt"; } >"$report"
    fi
    [ ! -s "$reports/comment.md" ] || output comment "$reports/comment.md"
    summary
    output exit-code "$differs"
    output changed "$([ "$differs" = 1 ] && echo true || echo false)"
}

render() {
    quietly sailplan render "${common[@]}" "${tree[@]}" "${more[@]}"
    fails=$code
    output exit-code "$code"
}

fails=0
case ${COMMAND:-diff} in
    check | diff | render) "${COMMAND:-diff}" ;;
    *) bad "command is check, diff or render, not $COMMAND" ;;
esac
output fails "$fails"
