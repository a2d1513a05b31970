//! The looks of the page.

/// The style sheet: light and dark, as the reader's system is.
pub const STYLE: &str = "
:root { color-scheme: light dark; --fg: #1f2328; --dim: #59636e; --bg: #fff; --box: #f6f8fa; --line: #d1d9e0;
  --old: #ffebe9; --new: #dafbe1; --old-word: #ff818266; --new-word: #4ac26b66; --red: #d1242f; --orange: #bc4c00;
  --yellow: #7d4e00; --green: #1a7f37; }
@media (prefers-color-scheme: dark) { :root { --fg: #e6edf3; --dim: #9198a1; --bg: #0d1117; --box: #151b23;
  --line: #3d444d; --old: #67060c66; --new: #033a1666; --old-word: #f8514966; --new-word: #2ea04366; --red: #ff7b72;
  --orange: #f0883e; --yellow: #d29922; --green: #3fb950; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px; max-width: 1280px; color: var(--fg); background: var(--bg);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 22px; margin: 0; } p { margin: 4px 0 16px; } .dim { color: var(--dim); }
code, td { font: 13px/1.45 ui-monospace, 'DejaVu Sans Mono', monospace; }
.counts { border-collapse: collapse; margin-bottom: 20px; } .counts td { padding: 3px 16px 3px 0; }
.counts td:last-child { font: inherit; color: var(--dim); }
details { border: 1px solid var(--line); border-radius: 6px; margin: 10px 0; background: var(--bg); }
summary { padding: 8px 12px; background: var(--box); border-radius: 6px; cursor: pointer; overflow-wrap: anywhere; }
details[open] > summary { border-bottom: 1px solid var(--line); border-radius: 6px 6px 0 0; }
.in { padding: 8px 12px; } ul { margin: 6px 0; padding-left: 20px; } li { overflow-wrap: anywhere; }
.class { font-weight: 600; } .red { color: var(--red); } .orange { color: var(--orange); }
.yellow { color: var(--yellow); } .green { color: var(--green); }
.pair { border-collapse: collapse; width: 100%; table-layout: fixed; margin: 8px 0; }
.pair td, .pair th { border: 1px solid var(--line); padding: 3px 8px; vertical-align: top; white-space: pre-wrap;
  overflow-wrap: anywhere; text-align: left; }
.pair th { font: 600 13px/1.45 system-ui, sans-serif; background: var(--box); }
.pair .place { width: 30%; } .lines .no { width: 48px; color: var(--dim); text-align: right; user-select: none; }
td.old { background: var(--old); } td.new { background: var(--new); }
td.old b { background: var(--old-word); font-weight: inherit; } td.new b { background: var(--new-word); font-weight: inherit; }
";
