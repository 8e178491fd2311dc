//! Coefficients of an equation that is linear in them, by ordinary least squares.

use indexmap::IndexMap;
use nalgebra::{DMatrix, DVector};

use super::values::value;
use crate::expr::{Equation, Expr};
use crate::period::Period;

/// A pivot smaller than this, relative to the largest, says that regressors depend on each other.
const SMALLEST_PIVOT: f64 = 1e-10;
/// How far an equation may be from linear in its coefficients, relative to its size.
const LINEAR: f64 = 1e-8;

/// The coefficients with which the squares of left side minus right side are least over some periods, in
/// all of which the data have to be known.
pub(super) fn least_squares(
    equation: &Equation,
    coefficients: &[String],
    periods: &[Period],
    data: &impl Fn(&str, Period) -> Option<f64>,
) -> Result<IndexMap<String, f64>, String> {
    let (rows, columns) = (periods.len(), coefficients.len());
    if rows < columns {
        return Err(format!("{rows} periods of data are too few for {columns} coefficients"));
    }
    let gap = |period: Period, at: &dyn Fn(usize) -> f64| -> Result<f64, String> {
        let of = |name: &str, when: Period| match coefficients.iter().position(|c| c == name) {
            Some(k) => Some(at(k)),
            None => data(name, when),
        };
        let side = |expr: &Expr| value(expr, period, &of).filter(|value| value.is_finite());
        match (side(&equation.lhs), side(&equation.rhs)) {
            (Some(left), Some(right)) => Ok(left - right),
            _ => Err(format!("the data lack a value that it needs in {period}")),
        }
    };
    let mut regressors = DMatrix::zeros(rows, columns);
    let mut regressand = DVector::zeros(rows);
    for (row, period) in periods.iter().enumerate() {
        let without = gap(*period, &|_| 0.0)?;
        regressand[row] = without;
        let (mut sum, mut size) = (without, without.abs());
        for column in 0..columns {
            let slope = without - gap(*period, &|k| f64::from(u8::from(k == column)))?;
            regressors[(row, column)] = slope;
            let weight = 1.5 + column as f64;
            sum -= weight * slope;
            size += (weight * slope).abs();
        }
        let together = gap(*period, &|k| 1.5 + k as f64)?;
        if (together - sum).abs() > LINEAR * size {
            return Err("is not linear in its coefficients".to_owned());
        }
    }
    let factors = regressors.qr();
    let upper = factors.r();
    let sizes: Vec<f64> = (0..columns).map(|k| upper[(k, k)].abs()).collect();
    let scales: Vec<f64> = (0..columns).map(|k| upper.column(k).norm()).collect();
    let dependent =
        sizes.iter().zip(&scales).position(|(pivot, scale)| !(*pivot > SMALLEST_PIVOT * scale));
    if let Some(k) = dependent {
        return Err(format!(
            "the regressor of {} depends on those before it, so no coefficients can be found",
            coefficients[k]
        ));
    }
    let projected = factors.q().transpose() * regressand;
    let found = upper.solve_upper_triangular(&projected).ok_or("no coefficients can be found")?;
    Ok(coefficients.iter().cloned().zip(found.iter().copied()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::parse_equation;
    use proptest::prelude::*;

    fn fitted(text: &str, names: &[&str], columns: &[Vec<f64>]) -> Result<Vec<f64>, String> {
        let equation = parse_equation(text).expect("it reads");
        let coefficients: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let periods: Vec<Period> =
            (0..columns[0].len()).map(|k| Period::year(2000 + k as i32)).collect();
        let data = |name: &str, period: Period| {
            let column = ["y", "u", "v"].iter().position(|known| *known == name)?;
            columns.get(column)?.get((period.ordinal() - 2000) as usize).copied()
        };
        Ok(least_squares(&equation, &coefficients, &periods, &data)?.into_values().collect())
    }

    proptest! {
        /// What is left is at right angles to every regressor.
        #[test]
        fn residuals_are_orthogonal_to_the_regressors(
            rows in prop::collection::vec((-5.0..5.0f64, -5.0..5.0f64, 0.5..5.0f64), 8..20),
        ) {
            let columns: Vec<Vec<f64>> = vec![
                rows.iter().map(|row| row.0).collect(),
                rows.iter().map(|row| row.1).collect(),
                rows.iter().map(|row| row.2).collect(),
            ];
            let found = fitted("y = a + b * u - c * v + v", &["a", "b", "c"], &columns);
            let found = found.expect("it is regular");
            for regressor in 0..3 {
                let product: f64 = rows.iter().map(|(y, u, v)| {
                    let left = y - (found[0] + found[1] * u - found[2] * v + v);
                    left * [1.0, *u, *v][regressor]
                }).sum();
                prop_assert!(product.abs() < 1e-9, "{regressor}: {product}");
            }
        }
    }

    #[test]
    fn what_has_no_answer_is_refused() {
        let columns = vec![vec![1.0, 2.0, 4.0, 3.0], vec![1.0, 2.0, 3.0, 5.0], vec![2.0; 4]];
        let refused = |text: &str, names: &[&str]| fitted(text, names, &columns).expect_err(text);
        assert!(refused("y = a + b * v", &["a", "b"]).contains("depends on those before it"));
        assert!(refused("y = a * b * u", &["a", "b"]).contains("not linear"));
        assert!(refused("y = a + b * w", &["a", "b"]).contains("lack a value"));
        assert!(
            refused("y = a + b * u + c * u ^ 2 + d * u ^ 3 + e", &["a", "b", "c", "d", "e"])
                .contains("too few")
        );
    }
}
