//! How far a run is, and how far it came.

/// How far a run is, for whoever shows it.
pub trait Progress: Sync {
    /// The long part begins; it has so many steps.
    fn begin(&self, steps: usize);
    /// One step is done.
    fn advance(&self);
    /// The long part is over.
    fn end(&self);
}

/// Shows nothing.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: usize) {}
    fn advance(&self) {}
    fn end(&self) {}
}

/// How far a run came. A later one has looked at more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    /// The spec could not be read.
    #[default]
    Nothing,
    /// It was read, and an error was found in it.
    Spec,
    /// It was lowered, and an error was found by then.
    Plan,
    /// Everything was rendered and judged.
    Everything,
}
