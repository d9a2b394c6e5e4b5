//! Lead fields: conformance, names, absent channels, vertices and regions, units, the reference vectors.

use brainmass_core::units::dimension::{AmpereMeter, Dimensionless, Tesla, Volt};
use brainmass_core::units::{DipolePerVolt, SI, ms, mv, nanoampere_meter, nanoampere_meter_per_mv, s};
use brainmass_core::{ObservationModel, Sampling, TimeSeries, conformance};
use brainmass_datasets::NpyArray;
use brainmass_forward::hrf::Gamma;
use brainmass_forward::{
    ComponentOrder, ConvolutionBold, Eeg, LeadField, Meg, RegionMap, Rereference, RowNorm,
    RowNormalizedReadout, Subsample, TemporalAverage, numbered,
};
use nalgebra::{DMatrix, dmatrix};
use proptest::prelude::*;

use crate::common::{noise, reference, sampling, series};

/// V/(nA·m) and T/(nA·m) in the vectors.
const PER_NANO: f64 = 1e9;

/// A few roundings of the largest number.
fn assert_close(found: &DMatrix<f64>, expected: &DMatrix<f64>) {
    assert_eq!(found.shape(), expected.shape());
    let difference = (found - expected).amax();
    assert!(difference < 1e-12 * expected.amax(), "{difference:e} of {:e}", expected.amax());
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

fn random_gain(n_channels: usize, n_sources: usize) -> DMatrix<f64> {
    noise(n_channels, n_sources, s(1.0)).values().clone()
}

#[test]
fn it_keeps_the_contract() {
    let eeg = Eeg::new(SI::new(random_gain(70, 8)), numbered(70), numbered(8)).unwrap();
    let potentials = eeg.of_potentials(nanoampere_meter_per_mv(1.0)).unwrap();
    let readout = RowNormalizedReadout::new(random_gain(5, 8), numbered(5), RowNorm::L2).unwrap().demeaned();
    let sources = sampling(8, ms(1.0));
    macro_rules! linear_and_silent {
        ($($name:literal: $model:expr),*) => {$(
            conformance::observation($name, $model, &sources, 130).unwrap();
            conformance::rest($name, $model, &sources, 130).unwrap();
            conformance::linear($name, $model, &sources, 130).unwrap();
        )*};
    }
    linear_and_silent!(
        "lead field of dipoles": &eeg, "lead field of potentials": &potentials, "readout": &readout,
        "average reference": &Rereference::<Volt>::average()
    );
    // The chain that a recording goes through: project, reference, decimate.
    let chain = potentials.then(Rereference::average()).then(Subsample::new(ms(4.0)));
    linear_and_silent!("chain": &chain);
    let shifted = readout.with_offset(50.0, 0.3);
    conformance::observation("readout with offset", &shifted, &sources, 130).unwrap();
    let bold = TemporalAverage::<Dimensionless>::new(ms(4.0)).then(ConvolutionBold::new(
        Gamma::default(),
        ms(40.0),
        ms(4.0),
    ));
    linear_and_silent!("average, then BOLD": &bold);
}

#[test]
fn other_sources_are_refused() {
    let gain = || SI::new(dmatrix![1.0, 2.0, 3.0]);
    let eeg = Eeg::new(gain(), names(&["Cz"]), names(&["a", "b", "c"])).unwrap();
    let of = |list: &[&str]| Sampling::new(names(list), ms(1.0), ms(1.0)).unwrap();
    let text = |eeg: &Eeg, list: &[&str]| eeg.observer(&of(list)).unwrap_err().to_string();
    assert_eq!(text(&eeg, &["a", "b"]), "sources of the lead field: expected 3, found 2");
    assert_eq!(text(&eeg, &["a", "c", "b"]), "sources of the lead field: expected `b` at 1, found `c`");
    assert!(eeg.observer(&of(&["a", "b", "c"])).is_ok());
    let careless = eeg.ignoring_names();
    assert!(careless.observer(&of(&["x", "y", "z"])).is_ok());
    assert!(
        careless.of_potentials(nanoampere_meter_per_mv(1.0)).unwrap().observer(&of(&["x", "y", "z"])).is_ok()
    );
    assert_eq!(text(&careless, &["x"]), "sources of the lead field: expected 3, found 1");
}

#[test]
fn gains_are_checked() {
    let text = |gain: DMatrix<f64>, channels: &[&str], sources: &[&str]| {
        Eeg::new(SI::new(gain), names(channels), names(sources)).unwrap_err().to_string()
    };
    assert_eq!(
        text(dmatrix![1.0, 2.0], &["Cz", "Oz"], &["a"]),
        "lead field: expected 2 channels × 1 sources, at least one, found 1 × 2"
    );
    assert_eq!(
        text(dmatrix![1.0, f64::NAN], &["Cz"], &["a", "b"]),
        "lead field: NaN at channel `Cz`, source `b`, where a finite number is due"
    );
    assert_eq!(
        text(dmatrix![1.0, 2.0], &["Cz"], &["a", "a"]),
        "sources of the lead field: `a` stands at 0 and again at 1"
    );
    assert!(Eeg::new(SI::new(DMatrix::zeros(0, 0)), names(&[]), names(&[])).is_err());
}

#[test]
fn absent_channels_are_dropped_by_name() {
    let nan = f64::NAN;
    let present = |gain| Eeg::with_present_channels(SI::new(gain), names(&["Fz", "Iz", "Oz"]), numbered(2));
    let (eeg, absent) = present(dmatrix![1.0, 2.0; 3.0, nan; 5.0, 6.0]).unwrap();
    assert_eq!((absent, eeg.gain().value_unsafe), (names(&["Iz"]), &dmatrix![1.0, 2.0; 5.0, 6.0]));
    let (whole, absent) = present(dmatrix![1.0, 2.0; 3.0, 4.0; 5.0, 6.0]).unwrap();
    assert_eq!((whole.channels().len(), absent.len()), (3, 0));
    assert!(present(dmatrix![nan, nan; nan, nan; nan, nan]).is_err());
    // An infinite gain is not an absent channel.
    assert!(present(dmatrix![1.0, 2.0; f64::INFINITY, nan; 5.0, f64::INFINITY]).is_err());
}

#[test]
fn recordings_are_those_of_the_reference_vectors() {
    let data = reference("leadfield");
    let potential: TimeSeries<Volt> = series(data.array("x").unwrap(), 1e-3, ms(1.0));
    let scale = nanoampere_meter_per_mv(1.0);
    let gain = |name: &str| data.matrix(name).unwrap().transpose() * PER_NANO;
    let eeg = Eeg::new(SI::new(gain("L_eeg")), numbered(6), numbered(4)).unwrap();
    let meg = Meg::new(SI::new(gain("L_meg")), numbered(6), numbered(4)).unwrap();
    let volts: TimeSeries<Volt> = eeg.of_potentials(scale).unwrap().observe(&potential).unwrap();
    assert_close(volts.values(), &data.matrix("eeg").unwrap().transpose());
    assert_close(&volts.values().columns(0, 1).into_owned(), &data.matrix("eeg_single").unwrap());
    let teslas: TimeSeries<Tesla> = meg.of_potentials(scale).unwrap().observe(&potential).unwrap();
    assert_close(teslas.values(), &data.matrix("meg").unwrap().transpose());
    let dipoles: TimeSeries<AmpereMeter> = series(data.array("dipoles").unwrap(), 1e-9, ms(1.0));
    let from_dipoles = meg.observe(&dipoles).unwrap();
    assert_close(from_dipoles.values(), &data.matrix("meg_from_dipoles").unwrap().transpose());
}

#[test]
fn reductions_are_those_of_the_reference_vectors() {
    let data = reference("leadfield");
    let normals = data.matrix("normals").unwrap().transpose();
    let area = data.matrix("area").unwrap();
    let regions = || numbered(4);
    let one_hot = RegionMap::from_weights(data.matrix("parcel").unwrap(), regions()).unwrap();
    let soft = RegionMap::from_weights(data.matrix("parcel_soft").unwrap(), regions()).unwrap();
    let by_area = |map: &RegionMap| map.weighted_by(area.as_slice()).unwrap();
    // With the identity in place of a lead field, what comes out is the library's weight matrix.
    let identity =
        LeadField::<Volt>::new(SI::new(DMatrix::identity(27, 27)), numbered(27), numbered(27)).unwrap();
    let fixed = identity.with_fixed_orientations(&normals, ComponentOrder::Blocks).unwrap();
    for (map, expected) in
        [(one_hot.clone(), "W_onehot"), (by_area(&one_hot), "W_area"), (by_area(&soft), "W_soft")]
    {
        assert_close(fixed.reduced(&map).unwrap().gain().value_unsafe, &data.matrix(expected).unwrap());
    }
    let free = data.matrix("L_vertex").unwrap() * PER_NANO;
    let eeg = Eeg::new(SI::new(free.clone()), numbered(6), numbered(27)).unwrap();
    let fixed = eeg.with_fixed_orientations(&normals, ComponentOrder::Blocks).unwrap();
    let regional = fixed.reduced(&by_area(&one_hot)).unwrap();
    // DIFFERENCE: channels × regions; the library's documentation says the transpose.
    assert_close(regional.gain().value_unsafe, &(data.matrix("L_region_MR").unwrap() * PER_NANO));
    // The same lead field with its columns interleaved.
    let interleaved = DMatrix::from_fn(6, 27, |channel, column| free[(channel, column % 3 * 9 + column / 3)]);
    let eeg = Eeg::new(SI::new(interleaved), numbered(6), numbered(27)).unwrap();
    assert_eq!(
        eeg.with_fixed_orientations(&normals, ComponentOrder::PerVertex).unwrap().gain().value_unsafe,
        fixed.gain().value_unsafe
    );
    // DIFFERENCE: the library's area weights add up to the area of a region; averaged, to one.
    let sums = by_area(&soft).averaged().unwrap().weights().row_sum();
    assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-14));
    // A list of region indices is a one-hot matrix.
    let listed = RegionMap::new(&[2, 0, 1, 0], numbered(3)).unwrap();
    assert_eq!(listed.weights(), &dmatrix![0.0, 0.0, 1.0; 1.0, 0.0, 0.0; 0.0, 1.0, 0.0; 1.0, 0.0, 0.0]);
}

/// A real lead field of 65 sensors, two of them absent, and 16384 vertices that make up 76 regions.
#[test]
fn a_real_lead_field_is_reduced_to_regions() {
    let Some(folder) = std::env::var_os("BRAINMASS_DATA") else {
        eprintln!("skipped: BRAINMASS_DATA is not set");
        return;
    };
    let folder = std::path::Path::new(&folder).join("tvb_data");
    let path = folder.join("projectionMatrix/projection_eeg_65_surface_16k.npy");
    let gain = NpyArray::parse(&std::fs::read(&path).unwrap(), &path).unwrap().matrix("gain").unwrap();
    let words = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
    let sensors = words("sensors/eeg_brainstorm_65.txt");
    let sensors: Vec<String> =
        sensors.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    let map = words("regionMapping/regionMapping_16k_76.txt");
    let map: Vec<usize> = map.split_whitespace().map(|index| index.parse().unwrap()).collect();
    let absent_rows = gain.row_iter().filter(|row| row.iter().any(|gain| gain.is_nan())).count();
    let (vertices, absent) = Eeg::with_present_channels(SI::new(gain), sensors, numbered(map.len())).unwrap();
    assert_eq!((absent.len(), absent_rows), (2, 2), "{absent:?}");
    let regional = vertices.reduced(&RegionMap::new(&map, numbered(76)).unwrap()).unwrap();
    assert_eq!(regional.gain().value_unsafe.shape(), (63, 76));
    let of_first: f64 =
        (0..map.len()).filter(|v| map[*v] == 0).map(|v| vertices.gain().value_unsafe[(0, v)]).sum();
    approx::assert_relative_eq!(regional.gain().value_unsafe[(0, 0)], of_first, max_relative = 1e-12);
}

#[test]
fn region_maps_are_checked() {
    let text = |result: brainmass_core::Result<RegionMap>| result.unwrap_err().to_string();
    let two = || names(&["left", "right"]);
    assert_eq!(
        text(RegionMap::new(&[0, 2], two())),
        "region of vertex 1: 2, but it must be below the number of regions, 2"
    );
    assert_eq!(
        text(RegionMap::new(&[0, 0], two())),
        "region map: expected at least one vertex in each region, found none in `right`"
    );
    let map = RegionMap::new(&[0, 1, 1], two()).unwrap();
    assert!(RegionMap::new(&[], two()).is_err());
    assert!(map.weighted_by(&[1.0]).is_err() && map.weighted_by(&[1.0, 2.0, f64::NAN]).is_err());
    let opposed = map.weighted_by(&[1.0, 2.0, -2.0]).unwrap();
    assert_eq!(
        text(opposed.averaged()),
        "sum of the weights of region `right`: 0, but it must be above zero"
    );
    let eeg = Eeg::new(SI::new(dmatrix![1.0, 2.0]), numbered(1), numbered(2)).unwrap();
    assert_eq!(
        eeg.reduced(&map).unwrap_err().to_string(),
        "region map: expected 2 vertices, one per column of the lead field, found 3 vertices"
    );
    assert!(eeg.with_fixed_orientations(&DMatrix::zeros(3, 1), ComponentOrder::Blocks).is_err());
    assert!(eeg.with_fixed_orientations(&DMatrix::zeros(2, 2), ComponentOrder::Blocks).is_err());
}

#[test]
fn readouts_are_those_of_the_reference_vectors() {
    let data = reference("leadfield");
    let activity: TimeSeries<Dimensionless> = series(data.array("readout_x").unwrap(), 1.0, ms(1.0));
    for (name, norm) in
        [("True", RowNorm::L1), ("l1", RowNorm::L1), ("l2", RowNorm::L2), ("False", RowNorm::None)]
    {
        for (suffix, demeaned) in [("demean", true), ("raw", false)] {
            let weights = data.matrix("readout_lm").unwrap();
            let readout =
                RowNormalizedReadout::new(weights, numbered(6), norm).unwrap().with_offset(50.0, 0.3);
            let readout = if demeaned { readout.demeaned() } else { readout };
            let expected = |what: &str| data.matrix(&format!("readout_{name}_{suffix}{what}")).unwrap();
            assert_close(readout.weights(), &expected("_L"));
            assert_close(readout.observe(&activity).unwrap().values(), &expected("").transpose());
        }
    }
}

#[test]
fn readouts_are_checked() {
    // DIFFERENCE: a row of zeros is an error, not NaN.
    let zero = || dmatrix![1.0, 2.0; 0.0, 0.0];
    let error = RowNormalizedReadout::new(zero(), names(&["Cz", "Oz"]), RowNorm::L1).unwrap_err();
    assert_eq!(error.to_string(), "norm of channel `Oz`: 0, but it must be above zero");
    let raw = RowNormalizedReadout::new(zero(), names(&["Cz", "Oz"]), RowNorm::None).unwrap();
    assert!(raw.observer(&sampling(3, ms(1.0))).is_err());
    assert!(raw.with_offset(f64::NAN, 0.0).observer(&sampling(2, ms(1.0))).is_err());
    assert!(RowNormalizedReadout::new(zero(), names(&["Cz"]), RowNorm::L1).is_err());
}

/// Whether a model takes and gives what is said: a constant of the type, where the bounds hold, shadows that
/// of the trait, which is always there.
macro_rules! accepts {
    ($input:ty => $output:ty: $($model:ty = $expected:literal),*) => {{
        trait Refuses {
            const ACCEPTS: bool = false;
        }
        struct Probe<M>(std::marker::PhantomData<M>);
        impl<M> Refuses for Probe<M> {}
        impl<M: ObservationModel<Input = $input, Output = $output>> Probe<M> {
            const ACCEPTS: bool = true;
        }
        $(assert!(<Probe<$model>>::ACCEPTS == $expected);)*
    }};
}

/// Potentials cannot be read as dipole moments, nor EEG be mistaken for MEG: this is a test that compiles.
#[test]
fn units_that_do_not_fit_do_not_compile() {
    const {
        accepts!(AmpereMeter => Volt: Eeg = true, Meg = false, LeadField<Volt, Volt> = false);
        accepts!(Volt => Tesla: LeadField<Tesla, Volt> = true, Meg = false, Eeg = false);
        accepts!(Dimensionless => Dimensionless: ConvolutionBold<Dimensionless> = true, ConvolutionBold<Volt> = false);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Units: one scale in nA·m per mV or in A·m per V, before or after the series is made, one recording.
    #[test]
    fn conversions_agree(scale in 0.1..50.0_f64) {
        let eeg = Eeg::new(SI::new(random_gain(5, 3)), numbered(5), numbered(3)).unwrap();
        let potential: TimeSeries<Volt> = noise(3, 20, ms(1.0)).times(mv(1.0)).unwrap();
        let once = eeg.of_potentials(nanoampere_meter_per_mv(scale)).unwrap().observe(&potential).unwrap();
        let dipole: TimeSeries<AmpereMeter> = potential.times(DipolePerVolt::new(scale * 1e-6)).unwrap();
        let twice = eeg.observe(&dipole).unwrap();
        prop_assert!((once.values() - twice.values()).amax() < 1e-14 * once.values().amax());
    }

    /// Superposition: what sources make together is the sum of what they make alone, whatever is recorded.
    #[test]
    fn recordings_add_up(a in -3.0..3.0_f64, b in -3.0..3.0_f64, shift in 1..40_usize) {
        let x = noise(3, 60, ms(20.0));
        let y = x.values().select_columns(&(0..60).map(|k| (k + shift) % 60).collect::<Vec<_>>());
        let y = TimeSeries::unnamed(y, ms(20.0), ms(20.0)).unwrap();
        let sum = TimeSeries::unnamed(x.values() * a + y.values() * b, ms(20.0), ms(20.0)).unwrap();
        let readout = RowNormalizedReadout::new(random_gain(5, 3), numbered(5), RowNorm::L2).unwrap();
        let bold = ConvolutionBold::<Dimensionless>::new(Gamma::default(), ms(200.0), ms(20.0));
        let reference = Rereference::<Dimensionless>::average();
        let average = TemporalAverage::<Dimensionless>::new(ms(60.0));
        let recorded = |source: &TimeSeries<Dimensionless>| {
            let all = [readout.observe(source), bold.observe(source), reference.observe(source), average.observe(source)];
            all.map(|series| series.unwrap().values().clone())
        };
        for ((one, other), both) in recorded(&x).into_iter().zip(recorded(&y)).zip(recorded(&sum)) {
            let size = one.amax().max(other.amax()) * (a.abs() + b.abs());
            prop_assert!((one * a + other * b - both).amax() <= 1e-13 * size);
        }
    }

    /// Permuting sources together with the columns changes rounding only.
    #[test]
    fn the_order_of_sources_does_not_matter(order in Just([0, 1, 2, 3, 4]).prop_shuffle()) {
        let gain = random_gain(6, 5);
        let eeg = |gain: DMatrix<f64>| Meg::new(SI::new(gain), numbered(6), numbered(5)).unwrap();
        let dipoles: TimeSeries<AmpereMeter> = noise(5, 10, ms(1.0)).times(nanoampere_meter(1.0)).unwrap();
        let moved = TimeSeries::unnamed(dipoles.values().select_rows(&order), ms(1.0), ms(1.0)).unwrap();
        let straight = eeg(gain.clone()).observe(&dipoles).unwrap();
        let permuted = eeg(gain.select_columns(&order)).observe(&moved).unwrap();
        prop_assert!((straight.values() - permuted.values()).amax() < 1e-14 * straight.values().amax());
    }
}
