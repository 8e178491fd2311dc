//! How a program computes a period: blocks of equations in order, and what is solved for in each.

use std::fmt;

use super::order::blocks;
use super::program::Program;
use super::tape::Section;
use crate::error::counted;

/// How the equations of a period are ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComputationOrder {
    /// Blocks in the order in which they are computed.
    pub blocks: Vec<EquationBlock>,
    /// Every need within a period: an indicator and one that its equation uses without a lag, both
    /// computed.
    pub needs: Vec<(String, String)>,
}

/// Equations that are computed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EquationBlock {
    /// Its indicators: those of a pass in their order, then those that are solved for.
    pub indicators: Vec<String>,
    /// Those of them that are solved for, the feedback set; none when the block is recursive.
    pub feedback: Vec<String>,
    /// One of its cycles, starting and ending with the same indicator.
    pub cycle: Vec<String>,
}

impl EquationBlock {
    /// Is it solved by iteration?
    pub fn is_simultaneous(&self) -> bool {
        !self.feedback.is_empty()
    }
}

impl Program {
    /// How the baseline computes its last period: blocks, feedback variables and order.
    ///
    /// ```
    /// use tinbergen::{Model, model::Indicator};
    /// let model = Model::new("m", "2021..2021".parse()?)
    ///     .with_indicator("y", Indicator::from_equation("y = c + 20"))
    ///     .with_indicator("c", Indicator::from_equation("c = 0.6 * y"))
    ///     .with_indicator("s", Indicator::from_equation("s = y - c"));
    /// let order = model.compile()?.computation_order();
    /// assert_eq!(order.blocks[0].feedback, ["y"]);
    /// assert_eq!(order.blocks[1].indicators, ["s"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn computation_order(&self) -> ComputationOrder {
        let inner = &self.inner;
        let name = |k: u32| {
            let found = inner.model.indicators.get_index(k as usize);
            found.map_or_else(String::new, |(name, _)| name.clone())
        };
        let relations = &inner.relations;
        let computed = relations.computed.last().map_or(&[][..], Vec::as_slice);
        let places: std::collections::HashMap<u32, usize> =
            computed.iter().enumerate().map(|(index, (k, _))| (*k, index)).collect();
        let needs: Vec<Vec<usize>> = computed
            .iter()
            .map(|&(_, root)| {
                let now = relations.graph.current(root).into_iter();
                now.filter_map(|k| places.get(&k).copied()).collect()
            })
            .collect();
        let simultaneous = self.last_blocks();
        let explained = blocks(&needs).into_iter().map(|block| {
            let members: Vec<u32> = block.iter().map(|&index| computed[index].0).collect();
            let solved = simultaneous.iter().find(|solved| members.contains(&solved.unknowns[0]));
            match solved {
                Some(solved) => EquationBlock {
                    indicators: solved.members.iter().map(|&k| name(k)).collect(),
                    feedback: solved.unknowns.iter().map(|&k| name(k)).collect(),
                    cycle: solved.cycle.iter().map(|&k| name(k)).collect(),
                },
                None => EquationBlock {
                    indicators: members.into_iter().map(name).collect(),
                    feedback: Vec::new(),
                    cycle: Vec::new(),
                },
            }
        });
        let pairs = needs.iter().enumerate().flat_map(|(index, needed)| {
            needed.iter().map(move |&other| (name(computed[index].0), name(computed[other].0)))
        });
        ComputationOrder { blocks: explained.collect(), needs: pairs.collect() }
    }

    /// The simultaneous blocks of the baseline's last period.
    fn last_blocks<'a>(&'a self) -> Vec<&'a super::Block> {
        let rows = self.inner.scenarios.first().map(|scenario| &scenario.tape_of_row);
        let tape = rows.and_then(|rows| rows.last().copied().flatten());
        let sections = tape.map(|tape| &self.inner.tapes[tape]).into_iter().flatten();
        let block = |section: &'a Section| match section {
            Section::Block(block) => Some(block),
            Section::Straight(_) => None,
        };
        sections.filter_map(block).collect()
    }
}

impl fmt::Display for ComputationOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count: usize = self.blocks.iter().map(|block| block.indicators.len()).sum();
        let solved: Vec<_> = self.blocks.iter().filter(|block| block.is_simultaneous()).collect();
        let inside: usize = solved.iter().map(|block| block.indicators.len()).sum();
        writeln!(
            f,
            "{}: {} computed one after the other, {inside} in {}",
            counted(count, "equation"),
            count - inside,
            counted(solved.len(), "simultaneous block"),
        )?;
        let mut row: Vec<&str> = Vec::new();
        for block in &self.blocks {
            if !block.is_simultaneous() {
                row.extend(block.indicators.iter().map(String::as_str));
                continue;
            }
            straight(f, &mut row)?;
            let feedback = block.feedback.len();
            let equations = counted(block.indicators.len(), "equation");
            writeln!(f, "\nblock of {equations}, solved for {feedback}:")?;
            wrapped(f, "solved for", &block.feedback)?;
            wrapped(f, "cycle", &[block.cycle.join(" -> ")])?;
            let rest = &block.indicators[..block.indicators.len() - feedback];
            wrapped(f, "then, in this order", rest)?;
        }
        straight(f, &mut row)
    }
}

/// Equations that are computed one after the other.
fn straight(f: &mut fmt::Formatter<'_>, row: &mut Vec<&str>) -> fmt::Result {
    if row.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{} in order:", counted(row.len(), "equation"))?;
    let names: Vec<String> = row.drain(..).map(str::to_owned).collect();
    wrapped(f, "", &names)
}

/// Names in lines of at most 100 characters.
fn wrapped(f: &mut fmt::Formatter<'_>, head: &str, names: &[String]) -> fmt::Result {
    if names.is_empty() {
        return Ok(());
    }
    let mut line = if head.is_empty() { "  ".to_owned() } else { format!("  {head}: ") };
    for (k, name) in names.iter().enumerate() {
        let part = if k + 1 < names.len() { format!("{name}, ") } else { name.clone() };
        if line.chars().count() + part.chars().count() > 100 && !line.trim().is_empty() {
            writeln!(f, "{}", line.trim_end())?;
            line.replace_range(.., "    ");
        }
        line.push_str(&part);
    }
    writeln!(f, "{}", line.trim_end())
}
