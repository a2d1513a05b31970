//! The rules, a file for each or for a few that belong together.

pub mod bindings;
pub mod external_secret;
pub mod keys;
pub mod provider_class;
pub mod references;
pub mod served;
pub mod stores;
pub mod unused;
pub mod vault;
pub mod versions;

use crate::base::suggest;

/// The name that was meant, when only one or two letters of it are wrong: names of one app differ by words,
/// and another word is no slip of the pen.
fn meant<'n>(name: &str, among: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let slip = |other: &&str| {
        let same = |(a, b): &(char, char)| a == b;
        let first = name.chars().zip(other.chars()).take_while(same).count();
        let last = name.chars().rev().zip(other.chars().rev()).take_while(same).count();
        let longest = name.chars().count().max(other.chars().count());
        longest <= first + last + 2
    };
    suggest::nearest(name, among.into_iter().filter(slip))
}
