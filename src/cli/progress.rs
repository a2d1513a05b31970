//! A bar for long work.

use std::io::IsTerminal as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::pipeline::Progress;

/// How long work goes on before a bar is shown.
const PATIENCE: Duration = Duration::from_secs(1);
/// How many steps pass between two looks at the clock.
const STRIDE: usize = 64;

/// A bar on standard error, if that is a terminal and the work takes more than about a second.
#[derive(Debug)]
pub struct Bar {
    enabled: bool,
    begun: OnceLock<(Instant, usize)>,
    done: AtomicUsize,
    shown: OnceLock<ProgressBar>,
}

impl Bar {
    /// A bar that has not begun.
    pub fn new() -> Bar {
        let enabled = std::io::stderr().is_terminal() && std::env::var_os("CI").is_none();
        Bar { enabled, begun: OnceLock::new(), done: AtomicUsize::new(0), shown: OnceLock::new() }
    }
}

impl Progress for Bar {
    fn begin(&self, steps: usize) {
        let _ = self.begun.set((Instant::now(), steps));
    }

    fn advance(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if !self.enabled || !done.is_multiple_of(STRIDE) {
            return;
        }
        let Some((begun, steps)) = self.begun.get().filter(|(begun, _)| begun.elapsed() > PATIENCE) else { return };
        let bar = self.shown.get_or_init(|| {
            let style = ProgressStyle::with_template("{bar:40} {pos}/{len} rendered");
            let bar =
                ProgressBar::new(*steps as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.with_elapsed(begun.elapsed())
        });
        bar.set_position(done as u64);
    }

    fn end(&self) {
        self.shown.get().into_iter().for_each(ProgressBar::finish_and_clear);
    }
}
