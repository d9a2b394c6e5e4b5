//! Derivatives of the Balloon–Windkessel model: its steps run backwards.

use brainmass_core::observation::{check_cotangent, check_scalars};
use brainmass_core::tape::{Pullback, Tape};
use brainmass_core::units::Dimension;
use brainmass_core::{
    Cotangents, Differentiable, ObservationModel, Result, Scalar, TemporalAverage, TimeSeries,
};
use nalgebra::DMatrix;

use super::balloon::{BalloonObserver, BalloonWindkessel, names};
use super::integration::{Chunk, LANES, N_PARAMETERS, advance, bold};
use super::slices::Slices;

/// By all parameters of [`Haemodynamics`](super::Haemodynamics) and the efficacy; `kappa[2]` is that of the third channel
/// where there is one per channel. The coefficients k₁, k₂ and k₃ count as numbers of their own, whatever ρ is.
///
/// The discrete adjoint of the steps as they are integrated. The states of one piece of some √T steps are kept
/// at a time, and of each piece its beginning.
impl<U: Dimension> Differentiable for BalloonWindkessel<U> {
    fn scalars(&self) -> Vec<Scalar> {
        let mut scalars = Vec::new();
        for ((name, unit), values) in names::<U>().zip(&self.parameters) {
            if let [value] = values[..] {
                scalars.push(Scalar::new(name, unit, value));
            } else {
                let regional = |(k, value): (usize, &f64)| Scalar::new(format!("{name}[{k}]"), unit, *value);
                scalars.extend(values.iter().enumerate().map(regional));
            }
        }
        scalars
    }

    fn with_scalars(&self, values: &[f64]) -> Result<Self> {
        let count = self.parameters.iter().map(Vec::len).sum();
        check_scalars("Balloon–Windkessel model", values, count)?;
        let (mut changed, mut rest) = (self.clone(), values);
        for own in &mut changed.parameters {
            let (mine, others) = rest.split_at(own.len());
            own.copy_from_slice(mine);
            rest = others;
        }
        Ok(changed)
    }

    fn pullback(&self, sources: &TimeSeries<U>, cotangent: &DMatrix<f64>) -> Result<Cotangents> {
        let observer = self.observer(sources.sampling())?;
        let average = TemporalAverage::<U>::new(observer.steps.window);
        let averages = &average.observe(sources)?;
        let (n, n_samples) = (averages.n_channels(), averages.n_samples());
        check_cotangent(cotangent, n, n_samples / observer.steps.slices.every)?;
        let mut back = Backwards::new(self, &observer, averages, cotangent);
        let piece = (n_samples as f64).sqrt().ceil().max(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a root of a count")]
        let piece = piece as usize;
        let mut begins = Vec::new();
        let mut forwards = observer;
        for sample in 0..n_samples {
            if sample.is_multiple_of(piece) {
                begins.push(forwards.clone());
            }
            forwards.load(averages.values().column(sample).as_slice());
            for _ in 0..self.stepping.per_window() {
                forwards.advance()?;
            }
        }
        while let Some(begin) = begins.pop() {
            let first = begins.len() * piece;
            back.piece(begin, first..n_samples.min(first + piece))?;
        }
        let pulled = back.finish(self);
        Ok(Cotangents { sources: average.pullback(sources, &pulled.sources)?.sources, ..pulled })
    }
}

/// The way back: cotangents of the states, and what has been pulled back so far.
struct Backwards<'a, U: Dimension> {
    /// What drives the steps.
    sources: &'a TimeSeries<U>,
    cotangent: &'a DMatrix<f64>,
    slices: Slices,
    per_window: usize,
    step: Pullback,
    bold: Pullback,
    level: brainmass_core::CpuLevel,
    /// By each state variable, row by row.
    states: Vec<Chunk>,
    n_chunks: usize,
    pulled: DMatrix<f64>,
}

impl<'a, U: Dimension> Backwards<'a, U> {
    fn new(
        model: &BalloonWindkessel<U>,
        observer: &BalloonObserver,
        sources: &'a TimeSeries<U>,
        cotangent: &'a DMatrix<f64>,
    ) -> Self {
        let n_chunks = observer.parameters.len();
        let seconds = observer.step();
        let of = |inputs: &[brainmass_core::tape::Traced]| {
            let parameters = std::array::from_fn(|k| inputs[k]);
            let state = std::array::from_fn(|k| inputs[N_PARAMETERS + k]);
            (parameters, state)
        };
        let step = Tape::record(N_PARAMETERS + 5, |inputs| {
            let (parameters, state) = of(inputs);
            let source = inputs[N_PARAMETERS + 4];
            if model.positive {
                advance::<_, true>(&parameters, &state, source, seconds).to_vec()
            } else {
                advance::<_, false>(&parameters, &state, source, seconds).to_vec()
            }
        });
        let bold = Tape::record(N_PARAMETERS + 4, |inputs| {
            let (parameters, state) = of(inputs);
            vec![bold(&parameters, &state)]
        });
        let row = |k: usize| observer.parameters.iter().map(|chunk| chunk[k]).collect();
        let steady: Vec<Vec<Chunk>> = (0..N_PARAMETERS).map(row).collect();
        let pullback = |tape, n| Pullback::new(tape, &steady, &vec![true; n], n_chunks);
        Self {
            sources,
            cotangent,
            slices: observer.steps.slices.clone(),
            per_window: observer.steps.per_window,
            step: pullback(step, N_PARAMETERS + 5),
            bold: pullback(bold, N_PARAMETERS + 4),
            level: observer.level,
            states: vec![[0.0; LANES]; 4 * n_chunks],
            n_chunks,
            pulled: DMatrix::zeros(sources.n_channels(), sources.n_samples()),
        }
    }

    /// Goes forwards through some averages once more, keeping all states, and back through them.
    fn piece(&mut self, mut begin: BalloonObserver, samples: std::ops::Range<usize>) -> Result<()> {
        let mut kept = vec![rows(&begin.states)];
        for sample in samples.clone() {
            begin.load(self.sources.values().column(sample).as_slice());
            for _ in 0..self.per_window {
                begin.advance()?;
                kept.push(rows(&begin.states));
            }
        }
        for sample in samples.rev() {
            self.read_out(&kept[kept.len() - 1], sample + 1);
            let source = padded(self.sources.values().column(sample).as_slice(), self.n_chunks);
            let mut before = vec![[0.0; LANES]; 5 * self.n_chunks];
            for _ in 0..self.per_window {
                kept.pop();
                let inputs = [&kept[kept.len() - 1][..], &source].concat();
                before[..self.states.len()].fill([0.0; LANES]);
                self.step.pull(self.level, &inputs, &self.states, &mut before);
                self.states.copy_from_slice(&before[..4 * self.n_chunks]);
            }
            let by_source = &before[self.states.len()..];
            let by_source = &by_source.as_flattened()[..self.pulled.nrows()];
            self.pulled.column_mut(sample).copy_from_slice(by_source);
        }
        Ok(())
    }

    /// Adds what recorded samples ask of the state after so many averages.
    fn read_out(&mut self, state: &[Chunk], steps: usize) {
        let mut cotangent = vec![[0.0; LANES]; self.n_chunks];
        let mut is_read = false;
        for (channel, volume) in
            self.slices.after(steps).filter(|(_, volume)| *volume < self.cotangent.ncols())
        {
            cotangent[channel / LANES][channel % LANES] = self.cotangent[(channel, volume)];
            is_read = true;
        }
        if !is_read {
            return;
        }
        self.bold.pull(self.level, state, &cotangent, &mut self.states);
    }

    /// Derivatives by each parameter: the sum over channels, or one per channel.
    fn finish(mut self, model: &BalloonWindkessel<U>) -> Cotangents {
        let (step, bold) = (self.step.steady_cotangents(self.level), self.bold.steady_cotangents(self.level));
        let mut scalars = Vec::new();
        for (values, (step, bold)) in model.parameters.iter().zip(step.iter().zip(&bold)) {
            let both = step.as_flattened().iter().zip(bold.as_flattened()).map(|(a, b)| a + b);
            let by_channel = both.take(self.pulled.nrows());
            if values.len() == 1 { scalars.push(by_channel.sum()) } else { scalars.extend(by_channel) }
        }
        Cotangents { sources: self.pulled, scalars }
    }
}

/// States variable by variable.
fn rows(states: &[[Chunk; 4]]) -> Vec<Chunk> {
    (0..4).flat_map(|k| states.iter().map(move |chunk| chunk[k])).collect()
}

/// A sample in chunks, with zeros at the end.
fn padded(sample: &[f64], n_chunks: usize) -> Vec<Chunk> {
    let mut chunks = vec![[0.0; LANES]; n_chunks];
    chunks.as_flattened_mut()[..sample.len()].copy_from_slice(sample);
    chunks
}
