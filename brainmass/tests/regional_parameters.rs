//! Every parameter of every model may differ between regions: from code, as a list in a file, and as a map.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use brainmass::Experiment;
use brainmass::core::units::{ScaledUnit, Unit, Values, dimension, ms, split_key};
use brainmass::core::{Connectome, Node, Parameter};
use brainmass::network::{Drive, Monitor, Network, Recording, Simulator};
use nalgebra::DMatrix;

const STEPS: usize = 40;

/// A parameter as a file says it: its key and the numbers of three regions, the first of them the default.
struct Entry {
    key: String,
    numbers: [f64; 3],
    factor: f64,
}

impl Entry {
    /// By up to two hundredths of the default away from it, towards where the range leaves room.
    fn of(parameter: &Parameter) -> Self {
        let key = match ScaledUnit::suffixes(parameter.unit).first() {
            Some(suffix) => format!("{}_{suffix}", parameter.name),
            None => parameter.name.to_owned(),
        };
        let factor = split_key(&key, [parameter.name]).unwrap().1.map_or(1.0, |scaled| scaled.factor);
        let (low, high) = parameter.range;
        let scale = if parameter.default == 0.0 { 0.1 * factor } else { parameter.default.abs() };
        let upwards = parameter.default + 0.02 * scale <= high;
        let step = if upwards { 0.01 * scale } else { -0.01 * scale };
        let numbers = [0.0, 1.0, 2.0].map(|k| (parameter.default + k * step) / factor);
        assert!((low..=high).contains(&(numbers[2] * factor)), "{}", parameter.name);
        Self { key, numbers, factor }
    }

    fn values(&self, unit: Unit) -> Values {
        Values::new(self.numbers.map(|number| number * self.factor).to_vec(), unit)
    }
}

/// Three regions alone, under a constant drive on every input so that what scales an input shows.
fn islands<N: Node + Default>() -> Network<N> {
    let connectome = Connectome::without_lengths(DMatrix::zeros(3, 3)).unwrap();
    N::INPUT.iter().fold(Network::new(N::default(), connectome), |network, input| {
        network
            .with_drive(input.name, Drive::constant(Values::new(vec![drive(input.unit)], input.unit)))
            .unwrap()
    })
}

/// Some drive in coherent SI: 0.3 of the unit that files use first.
fn drive(unit: Unit) -> f64 {
    let suffix = ScaledUnit::suffixes(unit).into_iter().next();
    let scaled = suffix.and_then(|suffix| split_key(&format!("x_{suffix}"), ["x"])?.1);
    0.3 * scaled.map_or(1.0, |scaled| scaled.factor)
}

/// The bits of all states and outputs, regions × steps, by their names.
fn bits<N: Node>(network: &Network<N>) -> BTreeMap<&'static str, Vec<u64>> {
    let variables = || N::STATE.iter().chain(N::OUTPUT);
    let monitors: Vec<Monitor> = variables().map(|variable| Monitor::of(variable.name)).collect();
    let simulator = Simulator::new(network, ms(0.1)).unwrap();
    let mut recording = simulator.run(ms(0.1) * STEPS as f64, ms(0.0), &monitors).unwrap();
    variables().map(|variable| (variable.name, take(&mut recording, variable.name, variable.unit))).collect()
}

fn take(recording: &mut Recording, name: &str, unit: Unit) -> Vec<u64> {
    macro_rules! of {
        ($($Dimension:ident),*) => {
            $(if unit == Unit::of::<dimension::$Dimension>() {
                let series = recording.take::<dimension::$Dimension>(name).unwrap();
                return series.values().iter().map(|value| value.to_bits()).collect();
            })*
        };
    }
    of!(Dimensionless, Hertz, Volt, VoltPerSecond, Ampere);
    panic!("`{name}` in {unit}")
}

/// What `[node]` says with a value for each parameter, observing everything.
fn experiment<N: Node>(folder: &Path, value: impl Fn(&Entry) -> String) -> BTreeMap<String, Vec<u64>> {
    for name in ["weights.csv", "lengths.csv"] {
        std::fs::write(folder.join(name), "0,0,0\n0,0,0\n0,0,0\n").unwrap();
    }
    let network = "connectome = 'weights.csv'\ntract_lengths = 'lengths.csv'";
    let mut text = format!("[network]\n{network}\n[node]\nmodel = '{}'\n", N::NAME);
    for parameter in N::PARAMETERS {
        let entry = Entry::of(parameter);
        writeln!(text, "{} = {}", entry.key, value(&entry)).unwrap();
    }
    text.push_str("[node.drive]\n");
    for input in N::INPUT {
        let suffix = ScaledUnit::suffixes(input.unit).first().map(|suffix| format!("_{suffix}"));
        writeln!(text, "{}{} = 0.3", input.name, suffix.unwrap_or_default()).unwrap();
    }
    text.push_str("[simulation]\ndt_ms = 0.1\nduration_ms = 4.0\n");
    for variable in N::STATE.iter().chain(N::OUTPUT) {
        writeln!(text, "[observe.{0}]\nmodel = 'series'\nsource = '{0}'", variable.name).unwrap();
    }
    std::fs::write(folder.join("my.toml"), text).unwrap();
    let outcome = Experiment::open(&folder.join("my.toml")).unwrap().run(&mut |_| ()).unwrap();
    let bits = |signal: &brainmass::experiment::Signal| {
        signal.series.values().iter().map(|value| value.to_bits()).collect()
    };
    outcome.signals().map(|signal| (signal.name.clone(), bits(signal))).collect()
}

/// All at once from code, from lists and from maps: the same bits, in each region those of a run with its values
/// everywhere. One at a time each parameter changes what the region does.
fn every_parameter_may_differ<N: Node + Default>() {
    let network = N::PARAMETERS.iter().fold(islands::<N>(), |network, parameter| {
        network.with_parameter(parameter.name, Entry::of(parameter).values(parameter.unit)).unwrap()
    });
    let together = bits(&network);
    for region in 0..3 {
        let alone = N::PARAMETERS.iter().fold(islands::<N>(), |network, parameter| {
            let values = Entry::of(parameter).values(parameter.unit);
            let value = Values::new(vec![values.at(region)], parameter.unit);
            network.with_parameter(parameter.name, value).unwrap()
        });
        for (variable, alone) in bits(&alone) {
            let of_region = |bits: &[u64]| bits.iter().copied().skip(region).step_by(3).collect::<Vec<_>>();
            assert_eq!(of_region(&alone), of_region(&together[variable]), "{} {variable}", N::NAME);
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let listed = experiment::<N>(folder.path(), |entry| format!("{:?}", entry.numbers));
    let mapped = experiment::<N>(folder.path(), |entry| {
        let name = format!("{}.txt", entry.key);
        let lines = entry.numbers.map(|number| format!("{number:?}\n"));
        std::fs::write(folder.path().join(&name), lines.concat()).unwrap();
        format!("{{ file = '{name}' }}")
    });
    for (variable, together) in &together {
        assert_eq!(&listed[*variable], together, "{} {variable} from lists", N::NAME);
        assert_eq!(&mapped[*variable], together, "{} {variable} from maps", N::NAME);
    }
    let plain = bits(&islands::<N>());
    for parameter in N::PARAMETERS {
        let values = Entry::of(parameter).values(parameter.unit);
        let changed = bits(&islands::<N>().with_parameter(parameter.name, values).unwrap());
        let matters = changed != plain;
        let silent = SILENT.contains(&(N::NAME, parameter.name));
        assert!(matters != silent, "{} `{}` matters: {matters}", N::NAME, parameter.name);
    }
}

/// What does nothing near the defaults: the slope of the Epileptor acts where `x_1` is above 0, and ALN does not adapt.
const SILENT: [(&str, &str); 3] =
    [("epileptor", "slope"), ("adaptive_linear_nonlinear", "e_a"), ("adaptive_linear_nonlinear", "tau_a")];

macro_rules! all {
    ($($Node:ident),*) => {
        $(
            #[test]
            fn $Node() {
                every_parameter_may_differ::<brainmass::nodes::$Node>();
            }
        )*
    };
}

brainmass::nodes::for_each_node!(all);
