//! Who acts on whom, how strongly and how late: the pairs of one connection, and its past.

use brainmass_core::units::{Second, Unit, dimension, show};
use brainmass_core::{Connectome, Result, check};
use nalgebra::DMatrix;

use crate::coupling::Connection;
use crate::delays::{Delays, History};
use crate::network::{Adjustable, Direction};

/// The most numbers a history may hold: 2 GiB.
const LARGEST_HISTORY: usize = 1 << 28;

/// One source of a target; a source whose delay lies between two steps stands there twice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pathway {
    pub(super) source: usize,
    pub(super) weight: f64,
    /// The delay in steps.
    pub(super) delay: usize,
    /// The derivative of its weight by that of the pair in the connectome.
    pub(super) by_weight: f64,
    /// The derivative of its weight by the conduction speed; zero where delays are whole steps.
    pub(super) by_speed: f64,
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
        Self::of(connection, connectome, dt, false)
    }

    /// The same where the conduction speed may move: an interpolated delay of d whole steps ends the way from d − 1 to d, since a
    /// faster one has the slope of that way, and both its ends are there though the one has no weight.
    pub(super) fn at_any_speed(connection: &Connection, connectome: &Connectome, dt: Second) -> Result<Self> {
        Self::of(connection, connectome, dt, true)
    }

    fn of(connection: &Connection, connectome: &Connectome, dt: Second, moves: bool) -> Result<Self> {
        let n = connectome.n_regions();
        let interpolated = connection.delays().filter(|delays| delays.are_interpolated());
        let delays = match connection.delays() {
            Some(delays) => delays.parts(connectome.tract_lengths(), dt)?,
            None => DMatrix::from_element(n, n, (0, 0.0)),
        };
        let moves = moves && interpolated.is_some_and(|delays| delays.speed().is_some());
        let speed = interpolated.and_then(Delays::speed).unwrap_or(f64::INFINITY);
        let between = |i: usize, source: usize| {
            let (delay, part) = match delays[(i, source)] {
                (whole @ 1.., 0.0) if moves => (whole - 1, 1.0),
                parts => parts,
            };
            let (weight, by_weight) = connection.weight(i, source, connectome.weights()[(i, source)]);
            // Between two steps: some of the weight at the one, the rest at the other. L/(v dt) falls by itself over v.
            let by_speed = weight * (delay as f64 + part) / speed;
            let some = |delay, part, by_speed| Pathway {
                source,
                weight: weight * part,
                delay,
                by_weight: by_weight * part,
                by_speed,
            };
            [some(delay, 1.0 - part, by_speed), some(delay + 1, part, -by_speed)]
                .into_iter()
                .filter(move |pathway| pathway.weight != 0.0 || moves && by_speed != 0.0)
        };
        let targets: Vec<Vec<_>> =
            (0..n).map(|i| (0..n).flat_map(|j| between(i, j)).collect::<Vec<_>>()).collect();
        let longest = targets.iter().flatten().map(|pathway| pathway.delay).max().unwrap_or(0);
        check_size(connection, longest, n * connection.coupling().n_sent(), dt)?;
        let (past, instead) = past(connection, n, longest)?;
        Ok(Self { targets, longest, past, instead })
    }

    /// All of them with their targets: targets ascending, then sources.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (usize, &Pathway)> {
        let targets = self.targets.iter().enumerate();
        targets.flat_map(|(target, sources)| sources.iter().map(move |pathway| (target, pathway)))
    }

    /// Pairs with nothing said of the time before t = 0.
    pub(super) fn without_past(targets: Vec<Vec<Pathway>>) -> Self {
        let longest = targets.iter().flatten().map(|pathway| pathway.delay).max().unwrap_or(0);
        Self { targets, longest, past: None, instead: None }
    }

    /// How fast the weight of a pathway of a connection moves along a direction.
    pub(super) fn velocity(
        target: usize,
        pathway: &Pathway,
        connection: usize,
        direction: &Direction,
    ) -> f64 {
        let by_weight =
            direction.weights().map_or(0.0, |moved| moved[(target, pathway.source)] * pathway.by_weight);
        if pathway.by_speed == 0.0 {
            return by_weight;
        }
        by_weight + pathway.by_speed * direction.velocity(&Adjustable::Speed(connection), 0)
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
