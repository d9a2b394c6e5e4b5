//! What the examples of fits to functional connectivity share: the data, how they are compared with, and a table.

use std::path::{Path, PathBuf};

use brainmass::core::random::Stream;
use brainmass::core::units::{Second, dimension::Dimensionless, ms, s};
use brainmass::core::{
    Connectome, DifferentiableObjective, Node, Normalization, Objective, Result, WeightedSum,
};
use brainmass::datasets::{
    example_connectome, example_fc, example_signal, read_connectome_files, read_fc, read_matrix,
};
use brainmass::fitting::Protocol;
use brainmass::forward::{Chain, ConvolutionBold, hrf::Gamma};
use brainmass::network::Network;
use brainmass::objectives::{
    Distribution, Fc, FcCorrelation, FcRmse, FcdWasserstein, SlidingWindow, functional_connectivity,
    matrix_correlation,
};
use brainmass::viz::{Figure, HeatMap};
use nalgebra::DMatrix;

/// A connectome, what a region receives in sum being 1, with the functional connectivity of the same regions and its dynamics.
pub(crate) struct Brain {
    pub(crate) connectome: Connectome,
    /// Correlation of the weights, as they are measured, with functional connectivity.
    pub(crate) structure: f64,
    pub(crate) fc: Fc,
    fcd: FcdWasserstein,
    /// Whether it is the embedded toy.
    pub(crate) is_toy: bool,
}

impl Brain {
    /// A hundred cortical regions if `BRAINMASS_DATA` names a folder with `hcp_schaefer100`, otherwise the eight that are embedded.
    pub(crate) fn load() -> Result<Self> {
        let root =
            std::env::var_os("BRAINMASS_DATA").map(|root| Path::new(&root).join("hcp_schaefer100/hcp"));
        match root.filter(|root| root.is_dir()) {
            Some(root) => Self::schaefer(&root),
            None => Self::toy(),
        }
    }

    /// Group averages of 706 people, about half an hour of rest each.
    fn schaefer(root: &Path) -> Result<Self> {
        let file = |name: &str| root.join(name);
        let connectome = read_connectome_files(
            &file("sc/group-train706/ctx_parc-schaefer-100_desc-strength.npz"),
            &file("sc/group-train706/ctx_parc-schaefer-100_desc-length.npz"),
            None,
        )?;
        let fc = read_fc(&file("fc/group-train706/REST/ctx_parc-schaefer-100_desc-fc.npz"))?;
        let fcd = file("fcd/group-train706/REST/ctx_parc-schaefer-100_window-30_step-5_desc-fcdtril.npz");
        let fcd = Distribution::new(read_matrix(&fcd)?.as_slice().to_vec())?;
        // 30 s and 5 s in whole samples.
        let fcd = FcdWasserstein::new(SlidingWindow::in_samples(42, 7), fcd);
        Self::of(&connectome, fc, fcd, false)
    }

    fn toy() -> Result<Self> {
        let signal = example_signal();
        let fcd = FcdWasserstein::of(SlidingWindow::in_samples(42, 7), &signal)?;
        Self::of(&example_connectome(), example_fc(), fcd, true)
    }

    fn of(connectome: &Connectome, fc: DMatrix<f64>, fcd: FcdWasserstein, is_toy: bool) -> Result<Self> {
        Ok(Self {
            structure: matrix_correlation(connectome.weights(), &fc)?,
            fc: Fc::new(fc, connectome.labels().to_vec())?,
            connectome: connectome.normalized(Normalization::InStrength)?,
            fcd,
            is_toy,
        })
    }

    /// One for the pattern of functional connectivity, one for its size: the correlation alone leaves the mean free.
    pub(crate) fn objective(
        &self,
        counts: impl Fn(usize, usize) -> bool,
    ) -> Result<WeightedSum<dyn DifferentiableObjective<Dimensionless>>> {
        WeightedSum::<dyn DifferentiableObjective<Dimensionless>>::differentiable()
            .and(1.0, FcCorrelation::new(self.fc.clone())?.among(&counts)?)?
            .and(1.0, FcRmse::new(self.fc.clone())?.among(&counts)?)
    }

    /// Runs a network with noise that no fit has seen and compares it with the data. Means over the seeds.
    pub(crate) fn judge<N: Node>(&self, network: &Network<N>, protocol: &Protocol) -> Result<Judged> {
        let runs = protocol.record::<_, Dimensionless>(network)?;
        let each = |of: &dyn Fn(&brainmass::core::TimeSeries<Dimensionless>) -> Result<f64>| -> Result<f64> {
            Ok(runs.iter().map(of).sum::<Result<f64>>()? / runs.len() as f64)
        };
        let correlation = |held_out: bool| {
            FcCorrelation::new(self.fc.clone())?.among(move |i, j| is_held_out(i, j) == held_out)
        };
        let (fitted, held_out) = (correlation(false)?, correlation(true)?);
        let (all, rmse) = (FcCorrelation::new(self.fc.clone())?, FcRmse::new(self.fc.clone())?);
        Ok(Judged {
            all: each(&|run| all.correlation(run))?,
            fitted: each(&|run| fitted.correlation(run))?,
            held_out: each(&|run| held_out.correlation(run))?,
            rmse: each(&|run| rmse.cost(run))?,
            fcd: each(&|run| self.fcd.cost(run))?,
            fc: functional_connectivity(&runs[0])?.matrix().clone(),
        })
    }

    /// Both matrices side by side.
    pub(crate) fn draw(&self, judged: &Judged, file: &str) -> Result<PathBuf> {
        let path = Path::new("out").join(file);
        std::fs::create_dir_all("out").map_err(|error| brainmass::core::Error::io("out", &error))?;
        Figure::row(vec![
            HeatMap::fc(&judged.fc).title(format!("Simulated: r = {:.2}", judged.all)).panel()?,
            HeatMap::fc(self.fc.matrix()).title("Data").panel()?,
        ])?
        .save(&path)?;
        Ok(path)
    }
}

/// Correlations with the data over all pairs, over those of the fit, and over those held out; differences of FC and FCD.
pub(crate) struct Judged {
    pub(crate) all: f64,
    pub(crate) fitted: f64,
    pub(crate) held_out: f64,
    pub(crate) rmse: f64,
    pub(crate) fcd: f64,
    pub(crate) fc: DMatrix<f64>,
}

impl Judged {
    pub(crate) const HEAD: &str =
        "                        FC r   of pairs fitted   held out   FC RMSE   FCD distance";

    pub(crate) fn row(&self, name: &str) -> String {
        let Self { all, fitted, held_out, rmse, fcd, .. } = self;
        format!("{name:22} {all:6.3} {fitted:17.3} {held_out:10.3} {rmse:9.3} {fcd:14.3}")
    }
}

/// A fifth of the pairs, drawn once and for all.
pub(crate) fn is_held_out(i: usize, j: usize) -> bool {
    Stream::new(2024, 0).normal(0, (1000 * i.min(j) + i.max(j)) as u64) < -0.8416
}

/// BOLD of some minutes of `x`, sampled every 720 ms as in the data, the first half minute dropped: a run for each seed.
pub(crate) fn bold(minutes: f64, dt: Second, seeds: &[u64]) -> Result<Protocol> {
    let step = ms(120.0);
    let bold = ConvolutionBold::<Dimensionless>::new(Gamma::default(), ms(720.0), step);
    let transient = s(30.0);
    Protocol::new("x", dt, step, s(60.0 * minutes) + transient)
        .with_transient(transient)
        .observed(Chain::of(bold))
        .with_seeds(seeds)
}
