//! The contract of a coupling.

use super::{Verdict, rule, uniform};
use crate::{Array, Coupling};

/// Checks a coupling: names, finiteness and purity.
///
/// - `with` visits every parameter once and in order, and every parameter is described;
/// - `send` gives one number or two, as many as it says;
/// - `send` and `receive` are finite over random values and functions of their arguments alone.
///
/// # Errors
/// The first rule that is broken, with the numbers.
pub fn coupling<C: Coupling>(coupling: &C) -> Verdict {
    let mut visited = Vec::new();
    let parameters = coupling.with::<f64>(&mut |index, value| {
        visited.push(index);
        value
    });
    rule(
        C::NAME,
        "`with` visits every parameter once, in order",
        visited.iter().copied().eq(0..C::PARAMETERS.len()),
        || format!("visited {visited:?} of {} parameters", C::PARAMETERS.len()),
    )?;
    for parameter in C::PARAMETERS {
        rule(C::NAME, "everything is described", !parameter.description.is_empty(), || {
            format!("`{}` is not", parameter.name)
        })?;
    }
    rule(C::NAME, "a source sends one number or two", (1..=2).contains(&C::N_SENT), || {
        format!("{} numbers", C::N_SENT)
    })?;
    for case in 0..64 {
        let draw = |k| 4.0 * uniform(case, k) - 2.0;
        let sent = C::send(&parameters, draw(0));
        rule(C::NAME, "`send` gives N_SENT numbers", sent.as_ref().len() == C::N_SENT, || {
            format!("{} instead of {}", sent.as_ref().len(), C::N_SENT)
        })?;
        let sums = C::Sent::<f64>::from_fn(|k| draw(2 + u32::from(k > 0)));
        let arrived = C::receive(&parameters, draw(1), &sums, draw(4).abs());
        let finite = sent.as_ref().iter().all(|value| value.is_finite()) && arrived.is_finite();
        rule(C::NAME, "what is sent and received is finite", finite, || {
            format!("sent {sent:?}, received {arrived}")
        })?;
        let again = C::receive(&parameters, draw(1), &sums, draw(4).abs());
        let pure = C::send(&parameters, draw(0)).as_ref() == sent.as_ref() && again == arrived;
        rule(C::NAME, "`send` and `receive` are functions of their arguments", pure, || {
            format!("{arrived}, then {again}")
        })?;
    }
    Ok(())
}
