//! Shapley values of a game, in whole numbers.

/// The most players of a game: 4096 coalitions.
pub const MOST_PLAYERS: usize = 12;

fn factorial(n: usize) -> i64 {
    (1..=n as i64).product()
}

/// By the number of others in a coalition: how many of the `g!` orders have just these others
/// before a player, `s! (g - s - 1)!`.
///
/// ```
/// assert_eq!(tinbergen::plan::shapley_weights(3), [2, 1, 2]);
/// ```
///
/// # Panics
/// Never: more than [`MOST_PLAYERS`] give an empty list.
pub fn shapley_weights(players: usize) -> Vec<i64> {
    if players > MOST_PLAYERS {
        return Vec::new();
    }
    (0..players).map(|s| factorial(s) * factorial(players - s - 1)).collect()
}

/// `g!`, over which the weights are shares of 1.
pub(crate) fn orders(players: usize) -> i64 {
    factorial(players.min(MOST_PLAYERS))
}

/// The factor with which the value of a coalition enters the Shapley value of a player, over `g!`.
pub(crate) fn factor(weights: &[i64], coalition: usize, player: usize) -> i64 {
    let size = coalition.count_ones() as usize;
    if coalition >> player & 1 == 1 { weights[size - 1] } else { -weights[size] }
}

/// The Shapley values of a game, each a whole number over `g!`: `values` has the value of every
/// coalition, whose number has a bit for each player. They add up exactly to
/// `g! (values[all] - values[none])`.
///
/// # Errors
/// None is given when there are not `2^g` values with `g` at most [`MOST_PLAYERS`], or a sum
/// overflows.
///
/// ```
/// use tinbergen::plan::shapley;
/// // A pair of gloves: the owner of the only left one gets 4/6, each of a right one 1/6.
/// assert_eq!(shapley(&[0, 0, 0, 1, 0, 1, 0, 1]), Some(vec![4, 1, 1]));
/// ```
pub fn shapley(values: &[i128]) -> Option<Vec<i128>> {
    let players = values.len().checked_ilog2()? as usize;
    if values.len() != 1 << players || players > MOST_PLAYERS {
        return None;
    }
    let weights = shapley_weights(players);
    let mut parts = vec![0i128; players];
    for (coalition, value) in values.iter().enumerate() {
        for (player, part) in parts.iter_mut().enumerate() {
            let factor = i128::from(factor(&weights, coalition, player));
            *part = part.checked_add(value.checked_mul(factor)?)?;
        }
    }
    Some(parts)
}
