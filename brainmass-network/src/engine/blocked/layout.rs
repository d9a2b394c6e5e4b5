//! How the numbers of regions and networks lie in memory.

use brainmass_core::{Archive, Real, Result};

use crate::coupling::{ErasedCoupling, LaneCoupling};

/// How many numbers an equation takes at once: four vectors of AVX2 in `f64`, so that several are in flight.
pub(crate) const LANES: usize = 16;

/// One number per region and network, padded to whole chunks of lanes.
pub(crate) type Row<T> = Vec<[T; LANES]>;

/// `f64` and `f32`, as the engine needs them.
pub(crate) trait Scalar: Real<Mask = bool> + Into<f64> {
    /// Below this magnitude a state is zero: products of such numbers would be subnormal.
    const NEGLIGIBLE: f64;
    /// The couplings of one connection of each network, in lanes of this scalar.
    fn in_lanes(couplings: &[&dyn ErasedCoupling], layout: &Layout) -> Option<Box<dyn LaneCoupling<Self>>>;
    /// Takes numbers down, or brings them back.
    fn archive(numbers: &mut [Self], archive: &mut Archive) -> Result<()>;
    /// A row, if its numbers are in double precision.
    fn as_double(row: &[[Self; LANES]]) -> Option<&[[f64; LANES]]>;
}

impl Scalar for f64 {
    const NEGLIGIBLE: f64 = 1e-300;
    fn in_lanes(couplings: &[&dyn ErasedCoupling], layout: &Layout) -> Option<Box<dyn LaneCoupling<f64>>> {
        couplings[0].in_lanes(couplings, layout)
    }
    fn archive(numbers: &mut [f64], archive: &mut Archive) -> Result<()> {
        archive.each(numbers)
    }
    fn as_double(row: &[[f64; LANES]]) -> Option<&[[f64; LANES]]> {
        Some(row)
    }
}

impl Scalar for f32 {
    const NEGLIGIBLE: f64 = 1e-36;
    fn in_lanes(couplings: &[&dyn ErasedCoupling], layout: &Layout) -> Option<Box<dyn LaneCoupling<f32>>> {
        couplings[0].in_single_lanes(couplings, layout)
    }
    fn archive(numbers: &mut [f32], archive: &mut Archive) -> Result<()> {
        numbers.iter_mut().try_for_each(|number| {
            let mut wide = f64::from(*number);
            archive.number(&mut wide)?;
            *number = f32::from_f64(wide);
            Ok(())
        })
    }
    fn as_double(_: &[[f32; LANES]]) -> Option<&[[f64; LANES]]> {
        None
    }
}

/// Regions of one network, or of several side by side: region by region, in each the networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) n_regions: usize,
    pub(crate) n_networks: usize,
}

impl Layout {
    /// How many numbers a row has without its padding.
    pub(crate) fn len(&self) -> usize {
        self.n_regions * self.n_networks
    }

    pub(crate) fn n_chunks(&self) -> usize {
        self.len().div_ceil(LANES)
    }

    /// Where the number of a region of a network stands.
    pub(crate) fn position(&self, region: usize, network: usize) -> usize {
        region * self.n_networks + network
    }

    /// The numbers of a chunk from those of each region and network; the padding repeats the last.
    pub(crate) fn lanes<T: Scalar>(&self, chunk: usize, value: impl Fn(usize, usize) -> f64) -> [T; LANES] {
        std::array::from_fn(|lane| {
            let position = (chunk * LANES + lane).min(self.len() - 1);
            T::from_f64(value(position / self.n_networks, position % self.n_networks))
        })
    }

    /// A whole row.
    pub(crate) fn row<T: Scalar>(&self, value: impl Fn(usize, usize) -> f64) -> Row<T> {
        (0..self.n_chunks()).map(|chunk| self.lanes(chunk, &value)).collect()
    }

    pub(crate) fn zeros<T: Scalar>(&self) -> Row<T> {
        vec![[T::zero(); LANES]; self.n_chunks()]
    }

    /// Takes a row down, or brings it back.
    pub(crate) fn archive<T: Scalar>(&self, row: &mut [[T; LANES]], archive: &mut Archive) -> Result<()> {
        archive_all(&mut row.as_flattened_mut()[..self.len()], archive)
    }

    /// Appends the numbers of one network.
    pub(crate) fn append<T: Scalar>(&self, network: usize, row: &[[T; LANES]], values: &mut Vec<f64>) {
        let numbers = &row.as_flattened()[..self.len()];
        if self.n_networks == 1 {
            values.extend(numbers.iter().map(|value| (*value).into()));
        } else {
            let of_network = numbers[network..].iter().step_by(self.n_networks);
            values.extend(of_network.map(|value| (*value).into()));
        }
    }
}

/// Takes numbers down, or brings them back; exact in either precision.
pub(crate) fn archive_all<T: Scalar>(numbers: &mut [T], archive: &mut Archive) -> Result<()> {
    T::archive(numbers, archive)
}
