//! Who acts on whom, how strongly and how late: the pairs of one connection, and its past.

use brainmass_core::units::{Second, Unit, dimension, show};
use brainmass_core::{Connectome, Result, check};
use nalgebra::DMatrix;

use crate::coupling::Connection;
use crate::delays::History;

/// The most numbers a history may hold: 2 GiB.
const LARGEST_HISTORY: usize = 1 << 28;

/// One source of a target; a source whose delay lies between two steps stands there twice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pathway {
    pub(super) source: usize,
    pub(super) weight: f64,
    /// The delay in steps.
    pub(super) delay: usize,
}

/// The pairs of one connection that have a weight.
#[derive(Debug)]
pub(super) struct Pathways {
    /// For each target its sources in ascending order.
    pub(super) targets: Vec<Vec<Pathway>>,
    /// The longest delay in steps.
    pub(super) longest: usize,
    /// What was sent before t = 0, unless that is the initial state: oldest first, up to t = −dt.
    past: Option<DMatrix<f64>>,
    /// What stands in the place of the first values sent, if not those.
    pub(super) instead: Option<Vec<f64>>,
}

impl Pathways {
    pub(super) fn new(connection: &Connection, connectome: &Connectome, dt: Second) -> Result<Self> {
        let n = connectome.n_regions();
        let delays = match connection.delays() {
            Some(delays) => delays.parts(connectome.tract_lengths(), dt)?,
            None => DMatrix::from_element(n, n, (0, 0.0)),
        };
        let between = |i: usize, source: usize| {
            let (delay, part) = delays[(i, source)];
            let counts = i != source || connection.has_self_connections();
            let weight = if counts { connectome.weights()[(i, source)] } else { 0.0 };
            // Between two steps: some of the weight at the one, the rest at the other.
            let earlier = Pathway { source, weight: weight * part, delay: delay + 1 };
            let later = Pathway { source, weight: weight * (1.0 - part), delay };
            [later, earlier].into_iter().filter(|pathway| pathway.weight != 0.0)
        };
        let targets: Vec<Vec<_>> =
            (0..n).map(|i| (0..n).flat_map(|j| between(i, j)).collect::<Vec<_>>()).collect();
        let longest = targets.iter().flatten().map(|pathway| pathway.delay).max().unwrap_or(0);
        check_size(connection, longest, n * connection.coupling().n_sent(), dt)?;
        let (past, instead) = past(connection, n, longest)?;
        Ok(Self { targets, longest, past, instead })
    }

    /// Pairs with nothing said of the time before t = 0.
    pub(super) fn without_past(targets: Vec<Vec<Pathway>>) -> Self {
        let longest = targets.iter().flatten().map(|pathway| pathway.delay).max().unwrap_or(0);
        Self { targets, longest, past: None, instead: None }
    }

    /// The pairs without a delay.
    pub(super) fn instant(&self) -> Self {
        Self::without_past(self.each(|pathway| (pathway.delay == 0).then_some(pathway)))
    }

    /// The pairs with a delay, all a step shorter: what they sum at t arrives at t + dt.
    pub(super) fn a_step_ahead(&self) -> Self {
        let shorter =
            |pathway: Pathway| pathway.delay.checked_sub(1).map(|delay| Pathway { delay, ..pathway });
        Self::without_past(self.each(shorter))
    }

    fn each(&self, one: impl Fn(Pathway) -> Option<Pathway>) -> Vec<Vec<Pathway>> {
        self.targets.iter().map(|sources| sources.iter().copied().filter_map(&one).collect()).collect()
    }

    /// The coupled quantity `back` steps before t = 0, if that was not the `present` one.
    pub(super) fn past<'a>(&'a self, back: usize, present: &'a [f64]) -> std::borrow::Cow<'a, [f64]> {
        self.given(back).map_or(present.into(), Into::into)
    }

    /// The coupled quantity `back` steps before t = 0, if it was given.
    pub(super) fn given(&self, back: usize) -> Option<Vec<f64>> {
        let past = self.past.as_ref()?;
        Some(past.column(past.ncols() - back).iter().copied().collect())
    }

    /// The sum of weights into each target.
    pub(super) fn in_strength(&self) -> impl Iterator<Item = f64> {
        self.targets.iter().map(|sources| sources.iter().map(|pathway| pathway.weight).sum())
    }
}

/// The given past up to t = −dt, and the values that stand for t = 0.
type Past = (Option<DMatrix<f64>>, Option<Vec<f64>>);

fn past(connection: &Connection, n_regions: usize, longest: usize) -> Result<Past> {
    let Some(delays) = connection.delays() else { return Ok((None, None)) };
    delays.check_history(&format!("`{}`", connection.source()), n_regions, longest)?;
    Ok(match delays.history() {
        History::Constant => (None, None),
        History::Given(values) => (Some(values.clone()), None),
        History::BufferWithTimeZero(values) => {
            let last = values.ncols() - 1;
            let first_sent = values.column(last).iter().copied().collect();
            (Some(values.columns(0, last).into_owned()), Some(first_sent))
        }
    })
}

/// Refuses a history that would not fit into memory.
fn check_size(connection: &Connection, longest: usize, row: usize, dt: Second) -> Result<()> {
    let numbers = longest.saturating_add(1).saturating_mul(row);
    if numbers <= LARGEST_HISTORY {
        return Ok(());
    }
    let what = format!("longest delay from `{}` to `{}`", connection.source(), connection.input());
    let limit = show(dt * (LARGEST_HISTORY / row) as f64);
    let requirement = format!("below {limit}, where its history of {longest} steps would not fit into 2 GiB");
    Err(check::out_of_range(
        &what,
        dt.value_unsafe * longest as f64,
        Unit::of::<dimension::Second>(),
        &requirement,
    ))
}
