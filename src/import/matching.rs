//! Which equation is for which variable, where a model does not say it.

use indexmap::IndexSet;

use crate::expr::Equation;

/// A variable for each equation, and none for those that find none left. Equations with a variable alone on
/// their left side are for that one, as far as that leaves a variable to the others; the rest is a matching
/// of greatest size.
pub(super) fn matched(equations: &[&Equation], variables: &[String]) -> Vec<Option<String>> {
    let place = |name: &str| variables.iter().position(|known| known == name);
    let candidates: Vec<Vec<usize>> = equations
        .iter()
        .map(|equation| {
            let mut found: IndexSet<usize> =
                equation.lhs.plain_name().and_then(place).into_iter().collect();
            for side in equation.sides() {
                side.visit_names(&mut |name, lag| {
                    if lag == 0 {
                        found.extend(place(name));
                    }
                });
            }
            found.into_iter().collect()
        })
        .collect();
    let mut of_variable: Vec<Option<usize>> = vec![None; variables.len()];
    // Those that name their variable come first, so that they keep it where they can.
    for named in [true, false] {
        for equation in 0..equations.len() {
            let plain = equations[equation].lhs.plain_name().and_then(place);
            let first = plain.is_some_and(|variable| of_variable[variable].is_none());
            let already = of_variable.contains(&Some(equation));
            if named && first {
                of_variable[plain.unwrap_or_default()] = Some(equation);
            } else if !named && !already {
                augment(equation, &candidates, &mut of_variable);
            }
        }
    }
    let mut found = vec![None; equations.len()];
    for (variable, equation) in of_variable.iter().enumerate() {
        if let Some(equation) = equation {
            found[*equation] = Some(variables[variable].clone());
        }
    }
    found
}

/// Finds a variable for one more equation, others making room (breadth first, without recursion).
fn augment(equation: usize, candidates: &[Vec<usize>], of_variable: &mut [Option<usize>]) {
    let mut came_from: Vec<Option<usize>> = vec![None; of_variable.len()];
    let mut seen = vec![false; of_variable.len()];
    let mut queue = std::collections::VecDeque::from([equation]);
    while let Some(next) = queue.pop_front() {
        for &variable in &candidates[next] {
            if std::mem::replace(&mut seen[variable], true) {
                continue;
            }
            came_from[variable] = Some(next);
            let Some(owner) = of_variable[variable] else {
                // Each on the way takes the variable that it found.
                let mut free = variable;
                while let Some(taker) = came_from[free] {
                    let before = of_variable.iter().position(|owner| *owner == Some(taker));
                    of_variable[free] = Some(taker);
                    if taker == equation {
                        return;
                    }
                    free = before.unwrap_or(free);
                }
                return;
            };
            queue.push_back(owner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::parse_equation;

    fn of(texts: &[&str], variables: &[&str]) -> Vec<Option<String>> {
        let equations: Vec<Equation> =
            texts.iter().map(|text| parse_equation(text).expect(text)).collect();
        let variables: Vec<String> = variables.iter().map(|name| (*name).to_owned()).collect();
        matched(&equations.iter().collect::<Vec<_>>(), &variables)
    }

    #[test]
    fn every_equation_gets_a_variable_where_that_is_possible() {
        let named =
            |names: &[&str]| names.iter().map(|n| Some((*n).to_owned())).collect::<Vec<_>>();
        assert_eq!(of(&["x = 1", "y = x"], &["x", "y"]), named(&["x", "y"]));
        // The first could be for either, the second for x alone.
        assert_eq!(of(&["x + y = 1", "2 * x = 3"], &["x", "y"]), named(&["y", "x"]));
        assert_eq!(of(&["x = y", "x = 2"], &["x", "y"]), named(&["y", "x"]));
        let ring = ["0 = a + b", "0 = b + c", "0 = c + a", "0 = a"];
        assert_eq!(of(&ring, &["a", "b", "c"]).iter().flatten().count(), 3);
        assert_eq!(of(&["x[-1] = 2", "x = 1"], &["x"]), [None, Some("x".to_owned())]);
    }
}
