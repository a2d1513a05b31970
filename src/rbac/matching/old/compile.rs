//! Globs as gobwas/glob 0.2.3 compiles them, which Argo CD links up to 3.5.
//!
//! That library joins neighbouring parts into faster ones, and some of what it makes answers otherwise than the
//! pattern says: `a*a` matches `a`; `[!ab][!ab]` refuses only the text `ab`. A simulator has to do the same, so the
//! same parts are joined here, in the same order (`compiler`). [`super`] says how each matches.

use super::super::PatternFault;
use super::super::syntax::{Dialect, Node, parse};
use super::{Matcher, Tree};

/// A part after common starts and ends of alternatives were taken out of braces.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Leaf(Node),
    Row(Vec<Part>),
    Choice(Vec<Part>),
    Nothing,
}

/// Compiles a pattern.
pub(super) fn compile(pattern: &str) -> Result<Matcher, PatternFault> {
    let row = parse(pattern, Dialect::Old)?;
    Ok(build(&Part::Row(row.into_iter().map(part).collect())))
}

fn part(node: Node) -> Part {
    match node {
        Node::Braces(rows) => {
            Part::Choice(rows.into_iter().map(|r| Part::Row(r.into_iter().map(part).collect())).collect())
        }
        leaf => Part::Leaf(leaf),
    }
}

fn build(part: &Part) -> Matcher {
    let built = match part {
        Part::Choice(choices) => match factored(choices) {
            Some(row) => return build(&row),
            None => Matcher::AnyOf(choices.iter().map(|c| optimized(build(c))).collect()),
        },
        Part::Row(parts) if parts.is_empty() => return Matcher::Nothing,
        Part::Row(parts) => joined(&glued_most(parts.iter().map(|p| optimized(build(p))).collect())),
        Part::Nothing => Matcher::Nothing,
        Part::Leaf(leaf) => of_leaf(leaf),
    };
    // A choice is only optimized by what holds it.
    if matches!(part, Part::Choice(_)) { built } else { optimized(built) }
}

fn of_leaf(leaf: &Node) -> Matcher {
    match leaf {
        Node::Text(text) => Matcher::text(text),
        Node::Any | Node::Super => Matcher::Super,
        Node::One => Matcher::Single,
        Node::List { chars, not } => Matcher::List { chars: chars.chars().collect(), not: *not },
        Node::Range { lo, hi, not } => Matcher::Range { lo: *lo, hi: *hi, not: *not },
        Node::Braces(_) => Matcher::Nothing,
    }
}

/// Simpler matchers for some shapes.
fn optimized(matcher: Matcher) -> Matcher {
    match matcher {
        Matcher::AnyOf(mut all) if all.len() == 1 => all.remove(0),
        Matcher::List { chars, not: false } if chars.len() == 1 => Matcher::text(&chars.iter().collect::<String>()),
        Matcher::Tree(tree) => optimized_tree(*tree),
        other => other,
    }
}

fn optimized_tree(mut tree: Tree) -> Matcher {
    tree.left = tree.left.map(optimized);
    tree.right = tree.right.map(optimized);
    let Matcher::Text { bytes, .. } = &tree.value else { return Matcher::Tree(Box::new(tree)) };
    match (&tree.left, &tree.right) {
        (None, None) => tree.value,
        (Some(Matcher::Super), Some(Matcher::Super)) => Matcher::Contains { needle: bytes.clone(), not: false },
        (Some(Matcher::Super), None) => Matcher::Suffix(bytes.clone()),
        (None, Some(Matcher::Super)) => Matcher::Prefix(bytes.clone()),
        (None, Some(Matcher::Suffix(suffix))) => Matcher::PrefixSuffix(bytes.clone(), suffix.clone()),
        (Some(Matcher::Prefix(prefix)), None) => Matcher::PrefixSuffix(prefix.clone(), bytes.clone()),
        _ => Matcher::Tree(Box::new(tree)),
    }
}

/// Matchers in a row as one: the last of the longest fixed length is looked for first, the rest left and right of it.
fn joined(row: &[Matcher]) -> Matcher {
    let (first, rest) = match row {
        [] => return Matcher::Nothing,
        [one] => return one.clone(),
        [first, rest @ ..] => (first, rest),
    };
    if let Some(glued) = glued(row) {
        return glued;
    }
    let fixed = row.iter().enumerate().filter_map(|(i, m)| Some((m.len()?, i)));
    let Some((_, at)) = fixed.max() else {
        return Tree::matcher(first.clone(), None, Some(joined(rest)));
    };
    let (left, right) = row.split_at(at);
    let side = |side: &[Matcher]| (!side.is_empty()).then(|| joined(side));
    match right {
        [value, right @ ..] => Tree::matcher(value.clone(), side(left), side(right)),
        [] => Matcher::Nothing,
    }
}

/// Neighbours are replaced by one matcher as long as any can be.
fn glued_most(mut row: Vec<Matcher>) -> Vec<Matcher> {
    loop {
        let mut done: Option<(Matcher, usize, usize)> = None;
        for l in 0..row.len() {
            for r in (l + 1..=row.len()).rev() {
                let Some(new) = row.get(l..r).and_then(glued) else { continue };
                let better = done.as_ref().is_none_or(|(old, from, to)| {
                    let longer = old.len().zip(new.len()).is_some_and(|(old, new)| new > old);
                    longer || to - from < r - l
                });
                if better {
                    done = Some((new, l, r));
                }
            }
        }
        let Some((new, l, r)) = done else { return row };
        row.splice(l..r, [new]);
    }
}

fn glued(row: &[Matcher]) -> Option<Matcher> {
    if row.len() < 2 {
        return None;
    }
    every(row).or_else(|| {
        let total = row.iter().map(Matcher::len).sum::<Option<usize>>()?;
        Some(Matcher::Row { all: row.to_vec(), len: total })
    })
}

/// One matcher for stars, question marks and negated lists: they are all said to exclude the same characters.
fn every(row: &[Matcher]) -> Option<Matcher> {
    let mut excluded: Option<&[char]> = None;
    let (mut stars, mut singles) = (false, 0);
    for matcher in row {
        let these: &[char] = match matcher {
            Matcher::Super => {
                stars = true;
                &[]
            }
            Matcher::Single => {
                singles += 1;
                &[]
            }
            Matcher::List { chars, not: true } => {
                singles += 1;
                chars
            }
            _ => return None,
        };
        if *excluded.get_or_insert(these) != these {
            return None;
        }
    }
    let excluded = excluded.unwrap_or_default();
    if stars && singles == 0 {
        return Some(Matcher::Super);
    }
    if stars && excluded.is_empty() {
        return Some(Matcher::Min(singles));
    }
    let mut all = vec![Matcher::Min(singles)];
    if !stars {
        all.push(Matcher::Max(singles));
    }
    if !excluded.is_empty() {
        let needle: String = excluded.iter().collect();
        all.push(Matcher::Contains { needle: needle.into_bytes(), not: true });
    }
    Some(Matcher::EveryOf(all))
}

/// Braces whose alternatives start or end alike: what they share is moved out of them.
fn factored(choices: &[Part]) -> Option<Part> {
    let rows: Vec<&[Part]> =
        choices.iter().map(|c| if let Part::Row(row) = c { Some(&**row) } else { None }).collect::<Option<_>>()?;
    let (left, right) = common(&rows)?;
    let shortest = rows.iter().min_by_key(|row| row.len())?;
    let mut result = Vec::new();
    if left > 0 {
        result.push(Part::Row(shortest.iter().take(left).cloned().collect()));
    }
    let mut rest: Vec<Part> = Vec::new();
    for row in &rows {
        let own = row.get(left..row.len() - right).unwrap_or_default();
        let own = if own.is_empty() { Part::Nothing } else { Part::Row(own.to_vec()) };
        if !rest.contains(&own) {
            rest.push(own);
        }
    }
    match &*rest {
        [Part::Nothing] => {}
        [one] => result.push(one.clone()),
        _ => result.push(Part::Choice(rest)),
    }
    if right > 0 {
        result.push(Part::Row(shortest.iter().skip(shortest.len() - right).cloned().collect()));
    }
    Some(Part::Row(result))
}

/// How many parts all rows share at their start and at their end. Nothing if none, or if there is one row only.
fn common(rows: &[&[Part]]) -> Option<(usize, usize)> {
    if rows.len() < 2 {
        return None;
    }
    let shortest = rows.iter().min_by_key(|row| row.len())?;
    let len = shortest.len();
    let (mut left, mut right) = (0, 0);
    let (mut left_ends, mut right_ends) = (false, false);
    for i in 0..len {
        if left + right >= len || (left_ends && right_ends) {
            break;
        }
        let j = len - 1 - i;
        for row in rows.iter().filter(|row| !std::ptr::eq(**row, *shortest)) {
            if left_ends && right_ends {
                break;
            }
            left_ends |= row.get(i) != shortest.get(i);
            right_ends |= !left_ends && j <= i;
            right_ends |= row.get(row.len() - 1 - i) != shortest.get(j);
        }
        left += usize::from(!left_ends);
        right += usize::from(!right_ends);
    }
    (left + right > 0).then_some((left, right))
}
