//! The one error type. Each variant carries what was expected, what was found, and where.

use std::path::PathBuf;

use crate::units::{Unit, show_value};

/// A result of this workspace.
pub type Result<T> = std::result::Result<T, Error>;

/// What can be wrong with what a user hands in, or with a run.
///
/// Everything is checked when things are built; the only error of a running simulation is
/// [`Diverged`](Self::Diverged).
///
/// ```
/// use brainmass_core::Connectome;
/// use nalgebra::dmatrix;
/// let weights = dmatrix![0.0, 1.0, 2.0; 1.0, 0.0, 3.0];
/// let error = Connectome::without_lengths(weights).unwrap_err();
/// assert_eq!(error.to_string(), "weights: expected a square matrix, found 2 × 3");
/// ```
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Sizes that do not fit.
    #[error("{what}: expected {expected}, found {found}")]
    Shape {
        /// What has the wrong size.
        what: String,
        /// The size that fits.
        expected: String,
        /// The size it has.
        found: String,
    },
    /// NaN or infinity where a number is due.
    #[error("{what}: {value} at {place}, where a finite number is due")]
    NotFinite {
        /// What holds the value.
        what: String,
        /// Which entry.
        place: String,
        /// NaN or an infinity.
        value: f64,
    },
    /// A number outside its range.
    #[error("{what}: {}, but it must be {requirement}", show_value(*.value, *.unit))]
    OutOfRange {
        /// What is out of range, with its place.
        what: String,
        /// The number, in coherent SI.
        value: f64,
        /// Its unit.
        unit: Unit,
        /// The range, in words.
        requirement: String,
    },
    /// A time that is not a whole number of steps.
    #[error(
        "{what}: {} is not a multiple of {step_name} {} ({:.7} of them)",
        show_value(*.value, SECOND), show_value(*.step, SECOND), .value / .step
    )]
    NotMultiple {
        /// What has the wrong length.
        what: String,
        /// The time, s.
        value: f64,
        /// The name of the step it should be a multiple of.
        step_name: String,
        /// The step, s.
        step: f64,
    },
    /// A name that does not exist.
    #[error("unknown {kind} `{name}`; there are: {}", .known.join(", "))]
    Unknown {
        /// What kind of thing was asked for.
        kind: String,
        /// The name asked for.
        name: String,
        /// The names that exist.
        known: Vec<String>,
    },
    /// A name that stands for two things.
    #[error("{what}: `{name}` stands at {first} and again at {second}")]
    Duplicate {
        /// What holds the name twice.
        what: String,
        /// The name.
        name: String,
        /// Its first index.
        first: usize,
        /// Its second index.
        second: usize,
    },
    /// A quantity in the wrong unit.
    #[error("{what}: expected a quantity in {expected}, found one in {found}")]
    Unit {
        /// What has the wrong unit.
        what: String,
        /// The unit that is due.
        expected: Unit,
        /// The unit it has.
        found: Unit,
    },
    /// A signal that does not vary, where a correlation is due.
    #[error(
        "{what}: channel `{channel}` is constant (standard deviation {deviation:e} around {mean:e}), so its correlation is undefined"
    )]
    Constant {
        /// What was computed.
        what: String,
        /// The channel.
        channel: String,
        /// Its mean.
        mean: f64,
        /// Its standard deviation.
        deviation: f64,
    },
    /// A covariance matrix that is not one.
    #[error("{what}: not positive definite, pivot {pivot} is {value:e}")]
    NotPositiveDefinite {
        /// Which matrix.
        what: String,
        /// The index of the failing pivot.
        pivot: usize,
        /// The pivot.
        value: f64,
    },
    /// A run whose state left the finite numbers.
    #[error("the run diverged at step {step} (t = {}): `{variable}` of region {region} became {value}", show_value(*.time, SECOND))]
    Diverged {
        /// The step, counted from 1.
        step: usize,
        /// The time of the step, s.
        time: f64,
        /// The region's label.
        region: String,
        /// The state variable.
        variable: String,
        /// What it became.
        value: f64,
    },
    /// A file that cannot be read or written.
    #[error("{}: {message}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        message: String,
    },
    /// A file that is not what it should be.
    #[error("{}: {problem}", .path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, with the place.
        problem: String,
    },
    /// A setting that makes no sense, or does not fit another one.
    #[error("{what}: {problem}")]
    Setting {
        /// Which setting.
        what: String,
        /// What is wrong with it.
        problem: String,
    },
}

const SECOND: Unit = Unit::of::<crate::units::dimension::Second>();

impl Error {
    /// Wraps an error of the file system with the path it is about.
    pub fn io(path: impl Into<PathBuf>, error: &std::io::Error) -> Self {
        Self::Io { path: path.into(), message: error.to_string() }
    }

    /// Says what is wrong with the content of a file.
    pub fn format(path: impl Into<PathBuf>, problem: impl Into<String>) -> Self {
        Self::Format { path: path.into(), problem: problem.into() }
    }

    /// Says that sizes do not fit.
    pub fn shape(what: impl Into<String>, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self::Shape { what: what.into(), expected: expected.into(), found: found.into() }
    }

    /// Says what is wrong with a setting.
    pub fn setting(what: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Setting { what: what.into(), problem: problem.into() }
    }

    /// Says that a name does not exist, and which do.
    pub fn unknown<N: ToString>(kind: &str, name: &str, known: impl IntoIterator<Item = N>) -> Self {
        let known = known.into_iter().map(|name| name.to_string()).collect();
        Self::Unknown { kind: kind.to_owned(), name: name.to_owned(), known }
    }
}
