//! Objectives on the distribution of FC dynamics.

use std::sync::Arc;

use brainmass_core::units::Dimension;
use brainmass_core::{DifferentiableObjective, Objective, Result, TimeSeries};
use nalgebra::DMatrix;

use crate::compare::upper_triangle;
use crate::{Distribution, SlidingWindow, agree};

macro_rules! fcd_objective {
    ($(#[$doc:meta])* $name:ident, $title:literal, $distance:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            windows: SlidingWindow,
            target: Distribution,
            channels: Option<Arc<[String]>>,
        }

        impl $name {
            /// The objective with the windows and the distribution to be reached, of data whose channels are
            /// not known. It must have been made with the same windows.
            pub fn new(windows: SlidingWindow, target: Distribution) -> Self {
                Self { windows, target, channels: None }
            }

            /// The objective with the windows and the series to be reached.
            ///
            /// # Errors
            /// Those of [`SlidingWindow::fcd`].
            pub fn of<U: Dimension>(windows: SlidingWindow, target: &TimeSeries<U>) -> Result<Self> {
                let distribution = windows.fcd(target)?.distribution()?;
                Ok(Self { windows, target: distribution, channels: Some(target.channels().clone()) })
            }

            fn check<U: Dimension>(&self, simulated: &TimeSeries<U>) -> Result<()> {
                match &self.channels {
                    Some(channels) => agree::channels(channels, simulated.channels()),
                    None => Ok(()),
                }
            }
        }

        impl<U: Dimension> Objective<U> for $name {
            fn name(&self) -> String {
                $title.to_owned()
            }

            fn cost(&self, simulated: &TimeSeries<U>) -> Result<f64> {
                self.check(simulated)?;
                Ok(self.windows.fcd(simulated)?.distribution()?.$distance(&self.target))
            }
        }
    };
}

fcd_objective! {
    /// Kolmogorov–Smirnov distance of simulated and empirical FC dynamics.
    ///
    /// Over the similarities of all pairs of windows. From 0 to 1; it has steps instead of slopes:
    /// [`FcdWasserstein`] has a gradient.
    ///
    /// ```
    /// use brainmass_core::{units::{dimension::Volt, s}, Objective, TimeSeries};
    /// use brainmass_objectives::{Distribution, FcdKolmogorovSmirnov, SlidingWindow};
    /// use nalgebra::DMatrix;
    /// let wave = |i: usize, t: usize| ((1.0 + 0.3 * i as f64) * t as f64).sin();
    /// let series = TimeSeries::<Volt>::unnamed(DMatrix::from_fn(4, 60, wave), s(2.0), s(2.0)).unwrap();
    /// let beyond = Distribution::new(vec![2.0]).unwrap();
    /// let objective = FcdKolmogorovSmirnov::new(SlidingWindow::new(s(20.0), s(4.0)), beyond);
    /// assert_eq!(objective.cost(&series).unwrap(), 1.0);
    /// ```
    #[doc(alias = "fcd_ks")]
    FcdKolmogorovSmirnov, "FCD Kolmogorov–Smirnov distance", kolmogorov_smirnov
}

fcd_objective! {
    /// Wasserstein-1 distance of simulated and empirical FC dynamics.
    ///
    /// Over the similarities of all pairs of windows, so from 0 to 2.
    ///
    /// ```
    /// use brainmass_core::{units::{dimension::Volt, s}, Objective, TimeSeries};
    /// use brainmass_objectives::{Distribution, FcdWasserstein, SlidingWindow};
    /// use nalgebra::DMatrix;
    /// let wave = |i: usize, t: usize| ((1.0 + 0.3 * i as f64) * t as f64).sin();
    /// let series = TimeSeries::<Volt>::unnamed(DMatrix::from_fn(4, 60, wave), s(2.0), s(2.0)).unwrap();
    /// let windows = SlidingWindow::new(s(20.0), s(4.0));
    /// let mean = windows.fcd(&series).unwrap().distribution().unwrap();
    /// let mean = mean.sorted().iter().sum::<f64>() / mean.sorted().len() as f64;
    /// // All the way up to 1.
    /// let objective = FcdWasserstein::new(windows, Distribution::new(vec![1.0]).unwrap());
    /// approx::assert_relative_eq!(objective.cost(&series).unwrap(), 1.0 - mean, max_relative = 1e-13);
    /// ```
    #[doc(alias = "fcd_wasserstein")]
    FcdWasserstein, "FCD Wasserstein distance", wasserstein
}

/// The numbers are sorted, and each has the slope of its quantile. Two that are equal may change places, which
/// changes nothing; one that equals its counterpart in the data has a kink, and that part of its slope is zero.
impl<U: Dimension> DifferentiableObjective<U> for FcdWasserstein {
    fn gradient(&self, simulated: &TimeSeries<U>) -> Result<(f64, DMatrix<f64>)> {
        self.check(simulated)?;
        let windows = self.windows.windows(simulated)?;
        let similarities = upper_triangle(windows.fcd(simulated).matrix());
        let mut order: Vec<usize> = (0..similarities.len()).collect();
        order.sort_by(|a, b| similarities[*a].total_cmp(&similarities[*b]));
        let distribution = Distribution::new(similarities)?;
        let mut by_fcd = vec![0.0; order.len()];
        let slopes = distribution.wasserstein_slopes(&self.target);
        order.into_iter().zip(slopes).for_each(|(index, slope)| by_fcd[index] = slope);
        let gradient = windows.pull_back(&by_fcd, simulated.n_samples());
        Ok((distribution.wasserstein(&self.target), agree::finite_gradient(gradient)?))
    }
}
