//! Populations of several kinds in motion, and what passes between them.
//!
//! Each population is an engine of its own. Before they advance, what arrives from one at another is summed from the
//! state of all at t and the history, by the code that sums within a population, over rows of all regions.

use brainmass_core::node::Source;
use brainmass_core::{Archive, CpuLevel, Error, Result};

use super::blocked::LaneConnection;
use super::pathways::Pathways;
use super::plain::DelayLine;
use super::{Engine, EngineKind, Layout, Population, Precision, Row, Scalar, Settings};
use crate::mixed::{Bridge, MixedNetwork};
use crate::network::Direction;

/// A mixed network in motion.
pub(crate) struct Mixed<'n> {
    step: usize,
    members: Vec<Member<'n>>,
    lines: Vec<Line>,
    /// The coupled quantity of all regions, zero where there is none.
    present: Vec<f64>,
    /// What arrives at all regions.
    arriving: Vec<f64>,
    row: Vec<f64>,
}

struct Member<'n> {
    name: &'n str,
    regions: &'n [usize],
    engine: Box<dyn Population + 'n>,
}

struct Line {
    from: usize,
    source: Source,
    to: usize,
    input: usize,
    target: Option<Source>,
    sums: Box<dyn Arrive>,
}

/// The weighted, delayed sums of a connection over rows of all regions.
trait Arrive: Send {
    /// Takes what regions do now and adds what arrives at each to an input.
    fn arrive(&mut self, step: usize, present: &[f64], input: &mut [f64]);
    fn archive(&mut self, step: usize, archive: &mut Archive) -> Result<()>;
}

impl Arrive for DelayLine {
    fn arrive(&mut self, _: usize, present: &[f64], input: &mut [f64]) {
        DelayLine::arrive(self, present, input);
    }

    fn archive(&mut self, _: usize, archive: &mut Archive) -> Result<()> {
        DelayLine::archive(self, archive)
    }
}

/// The sums of the fast engine.
struct InLanes<T> {
    level: CpuLevel,
    connection: LaneConnection<T>,
    present: Row<T>,
    input: Row<T>,
}

impl<T: Scalar> Arrive for InLanes<T> {
    fn arrive(&mut self, step: usize, present: &[f64], input: &mut [f64]) {
        for (lane, value) in self.present.as_flattened_mut().iter_mut().zip(present) {
            *lane = T::from_f64(*value);
        }
        self.input.as_flattened_mut().fill(T::zero());
        self.connection.arrive(self.level, step, &self.present, &mut self.input);
        for (value, lane) in input.iter_mut().zip(self.input.as_flattened()) {
            *value += (*lane).into();
        }
    }

    fn archive(&mut self, step: usize, archive: &mut Archive) -> Result<()> {
        self.connection.archive(step, archive)
    }
}

impl<'n> Mixed<'n> {
    pub(super) fn new(network: &'n MixedNetwork, settings: &Settings) -> Result<Self> {
        network.check_regions()?;
        let member = |member: &'n crate::mixed::Member| -> Result<_> {
            let engine = member.part.start(settings)?;
            Ok(Member { name: &member.name, regions: &member.regions, engine })
        };
        let n = network.connectome().n_regions();
        let mut mixed = Self {
            step: 0,
            members: network.members().iter().map(member).collect::<Result<_>>()?,
            lines: Vec::new(),
            present: vec![0.0; n],
            arriving: vec![0.0; n],
            row: Vec::new(),
        };
        for bridge in network.bridges() {
            let line = mixed.line(network, bridge, settings)?;
            mixed.lines.push(line);
        }
        Ok(mixed)
    }

    /// A connection along the weights from one population to another.
    fn line(&mut self, network: &MixedNetwork, bridge: &Bridge, settings: &Settings) -> Result<Line> {
        let Bridge { connection, from, source, to, input, target } = bridge;
        let mut weights = network.connectome().weights().clone();
        let [sources, targets] = [*from, *to].map(|k| network.members()[k].regions.as_slice());
        for (j, mut column) in weights.column_iter_mut().enumerate() {
            for (i, weight) in column.iter_mut().enumerate() {
                if !sources.contains(&j) || !targets.contains(&i) {
                    *weight = 0.0;
                }
            }
        }
        let connectome = network.connectome().with_weights(weights)?;
        if connection.delays().is_some_and(crate::Delays::are_interpolated) {
            return Err(not_interpolated(&connection.what()));
        }
        let pathways = Pathways::new(connection, &connectome, settings.dt)?;
        self.take((*from, *source), *target, *to);
        let sums: Box<dyn Arrive> = match (settings.kind, settings.precision) {
            (EngineKind::Plain, _) => Box::new(DelayLine::new(
                connection.coupling(),
                pathways,
                &self.present,
                0,
                &Direction::default(),
            )),
            (EngineKind::Blocked, Precision::Double) => {
                in_lanes::<f64>(connection, pathways, &self.present, settings.level)?
            }
            (EngineKind::Blocked, Precision::Single) => {
                in_lanes::<f32>(connection, pathways, &self.present, settings.level)?
            }
        };
        Ok(Line { from: *from, source: *source, to: *to, input: *input, target: *target, sums })
    }

    /// Puts the coupled quantity of sources, and of targets if they have it, in its place.
    fn take(&mut self, (from, source): (usize, Source), target: Option<Source>, to: usize) {
        self.present.fill(0.0);
        for (population, source) in target.map(|target| (to, target)).into_iter().chain([(from, source)]) {
            let member = &mut self.members[population];
            self.row.clear();
            member.engine.read(0, source, &mut self.row);
            for (region, value) in member.regions.iter().zip(&self.row) {
                self.present[*region] = *value;
            }
        }
    }

    fn exchange(&mut self) {
        let mut lines = std::mem::take(&mut self.lines);
        for line in &mut lines {
            self.take((line.from, line.source), line.target, line.to);
            self.arriving.fill(0.0);
            line.sums.arrive(self.step, &self.present, &mut self.arriving);
            let member = &mut self.members[line.to];
            self.row.clear();
            self.row.extend(member.regions.iter().map(|region| self.arriving[*region]));
            member.engine.push(line.input, &self.row);
        }
        self.lines = lines;
    }
}

/// Populations advance one after the other, so that none can be predicted before another has to know.
pub(super) fn not_interpolated(what: &str) -> Error {
    Error::setting(format!("delays of the {what}"), "those of a mixed network are whole steps")
}

fn in_lanes<T: Scalar>(
    connection: &crate::Connection,
    pathways: Pathways,
    present: &[f64],
    level: CpuLevel,
) -> Result<Box<dyn Arrive>> {
    let layout = Layout { n_regions: present.len(), n_networks: 1 };
    let peers = [connection.coupling().as_ref()];
    // Where it comes from and goes to is known to the line alone.
    let connection =
        LaneConnection::<T>::of((Source::State(0), 0), &peers, pathways, present, false, layout)?;
    Ok(Box::new(InLanes { level, connection, present: layout.zeros(), input: layout.zeros() }))
}

impl Engine for Mixed<'_> {
    fn step(&self) -> usize {
        self.step
    }

    fn advance(&mut self) -> bool {
        self.exchange();
        self.step += 1;
        // All of them, also after one that diverges.
        let mut finite = true;
        for member in &mut self.members {
            finite &= member.engine.advance();
        }
        finite
    }

    fn divergence(&mut self, _: usize) -> Option<Error> {
        self.members.iter_mut().find_map(|member| {
            let mut error = member.engine.divergence(0)?;
            if let Error::Diverged { variable, .. } = &mut error {
                *variable = format!("{}.{variable}", member.name);
            }
            Some(error)
        })
    }

    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        archive.count(&mut self.step)?;
        self.members.iter_mut().try_for_each(|member| member.engine.archive(archive))?;
        self.lines.iter_mut().try_for_each(|line| line.sums.archive(self.step, archive))
    }

    fn read(&mut self, population: usize, source: Source, values: &mut Vec<f64>) {
        self.members[population].engine.read(0, source, values);
    }
}
