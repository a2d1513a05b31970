//! Where a value stands in the input.

/// A range of bytes in the position space of all loaded files.
///
/// Each file occupies its own range of that space, so a span alone names file, start and end; the
/// [`SourceMap`](crate::source::SourceMap) turns it back into a path and a line. Unit: bytes, end
/// exclusive. [`Span::NONE`] stands for a value that no input file holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub lo: u32,
    /// One past the last byte.
    pub hi: u32,
}

impl Span {
    /// The span of a value that was computed, not read.
    pub const NONE: Span = Span { lo: 0, hi: 0 };

    /// A span from `lo` to `hi`, both in bytes of the common position space.
    #[must_use]
    pub const fn new(lo: u32, hi: u32) -> Span {
        Span { lo, hi }
    }

    /// Whether this span points at no input at all.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.hi == 0
    }

    /// Whether a span lies in this one.
    #[must_use]
    pub const fn contains(self, other: Span) -> bool {
        self.lo <= other.lo && other.hi <= self.hi
    }

    /// This span, or `other` when this one points nowhere.
    #[must_use]
    pub const fn or(self, other: Span) -> Span {
        if self.is_none() { other } else { self }
    }
}

impl std::fmt::Debug for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.lo, self.hi)
    }
}
