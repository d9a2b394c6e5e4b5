//! What a picture must be: well-formed, labelled, reproducible, and refused where nothing can be drawn.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use brainmass_core::units::dimension::{Dimensionless, Volt};
use brainmass_core::units::{Hertz, Unit, hz, ms, s};
use brainmass_core::{Connectome, Error, Result, TimeSeries};
use brainmass_viz::{
    ColourMap, Figure, HeatMap, LinePlot, Panel, PhasePortrait, SpectrumPlot, TimeSeriesPlot,
};
use nalgebra::{DMatrix, dmatrix};
use proptest::prelude::*;
use resvg::tiny_skia::{Pixmap, PremultipliedColorU8};

fn waves(channels: usize, samples: usize) -> TimeSeries<Volt> {
    let values = DMatrix::from_fn(channels, samples, |i, k| 40e-6 * (0.05 * k as f64 + i as f64).sin());
    TimeSeries::unnamed(values, ms(1.0), ms(1.0)).unwrap()
}

fn spectrum(densities: &DMatrix<f64>) -> Result<Panel> {
    let frequencies: Vec<f64> = (0..densities.ncols()).map(|k| k as f64).collect();
    let plot = SpectrumPlot::new(Hertz::new(&frequencies), densities, Unit::of::<Volt>());
    plot.band("alpha", hz(8.0), hz(13.0)).marker("peak", hz(10.0)).panel()
}

fn branch() -> LinePlot {
    let stable =
        LinePlot::new("input (Hz)", "rate (Hz)").logarithmic_y().line("rest", [(0.0, 1.0), (5.0, 10.0)]);
    stable.dashed("", [(5.0, 10.0), (8.0, 100.0)]).dots("cycle", [(6.0, 30.0)])
}

fn svg(panel: Result<Panel>) -> String {
    Figure::from(panel.unwrap()).to_svg()
}

/// One panel of every kind.
fn every_kind() -> Vec<Panel> {
    let (series, other) = (waves(3, 2000), waves(3, 2000));
    let fc = dmatrix![1.0, -0.2; -0.2, 1.0];
    let weights = Connectome::without_lengths(dmatrix![0.0, 2.0; 0.01, 0.0]).unwrap();
    let densities = DMatrix::from_fn(2, 60, |i, k| 1e-12 / (1.0 + (i + k) as f64));
    let panels = [
        TimeSeriesPlot::new(&series).title("stacked").panel(),
        TimeSeriesPlot::new(&series).overlaid().title("a < b & \"c\" > d").panel(),
        PhasePortrait::new(("x", &series), ("y", &other)).panel(),
        spectrum(&densities),
        branch().panel(),
        HeatMap::fc(&fc).panel(),
        HeatMap::weights(&weights).logarithmic().panel(),
        HeatMap::tract_lengths(&weights).panel(),
    ];
    panels.into_iter().map(Result::unwrap).collect()
}

/// The numbers of some attributes of the first line that holds a text.
fn numbers<const N: usize>(svg: &str, text: &str, attributes: [&str; N]) -> [f64; N] {
    let line = svg.lines().find(|line| line.contains(text)).unwrap();
    attributes.map(|attribute| {
        let (_, rest) = line.split_once(&format!(" {attribute}=\"")).unwrap();
        rest.split_once('"').unwrap().0.parse().unwrap()
    })
}

fn pixels(figure: &Figure, scale: f64) -> Pixmap {
    Pixmap::decode_png(&figure.to_png(scale).unwrap()).unwrap()
}

fn rgb(pixel: PremultipliedColorU8) -> [u8; 3] {
    [pixel.red(), pixel.green(), pixel.blue()]
}

fn texts(svg: &str) -> Vec<&str> {
    svg.lines()
        .filter_map(|line| line.strip_suffix("</text>")?.rsplit_once('>'))
        .map(|(_, text)| text)
        .collect()
}

#[test]
fn every_kind_is_well_formed_and_reproducible() {
    for panel in every_kind() {
        let figure = Figure::from(panel);
        let svg = figure.to_svg();
        assert_eq!(svg, figure.clone().to_svg());
        assert!(!svg.contains("NaN") && !svg.contains("inf") && !svg.contains(" id="));
        // The renderer has a strict XML parser.
        let png = figure.to_png(1.0).unwrap();
        assert_eq!(png, figure.to_png(1.0).unwrap());
    }
}

#[test]
fn a_png_has_the_size_of_the_svg_and_something_on_it() {
    let figure = Figure::grid(3, every_kind()).unwrap().title("all");
    let [page_width, page_height] = numbers(&figure.to_svg(), "<svg", ["width", "height"]);
    assert_eq!(figure.to_png(0.5).unwrap()[..8], *b"\x89PNG\r\n\x1a\n");
    let pixels = pixels(&figure, 0.5);
    let (width, height) = (pixels.width(), pixels.height());
    // Half a pixel is rounded.
    assert!((f64::from(width) - page_width / 2.0).abs() <= 0.5);
    assert!((f64::from(height) - page_height / 2.0).abs() <= 0.5);
    let colours: std::collections::HashSet<_> = pixels.pixels().iter().copied().map(rgb).collect();
    assert!(colours.len() > 100, "{} colours", colours.len());
    // Nothing is cut off: the outermost pixels are white.
    let white = |x, y| pixels.pixel(x, y).map(rgb) == Some([255; 3]);
    assert!((0..width).all(|x| white(x, 0) && white(x, height - 1)));
    assert!((0..height).all(|y| white(0, y) && white(width - 1, y)));
}

#[test]
fn text_is_drawn_without_fonts_of_the_system() {
    let figure = Figure::from(every_kind().remove(4)).title("MMMM");
    let pixels = pixels(&figure, 1.0);
    // The title has the first 30 rows for itself.
    let dark = pixels.pixels().iter().take(30 * pixels.width() as usize).filter(|pixel| pixel.red() < 100);
    assert!(dark.count() > 100);
}

#[test]
fn row_zero_is_on_top_and_column_zero_at_the_left() {
    let labels = ["upper".to_owned(), "lower".to_owned()];
    let map = HeatMap::new(&dmatrix![0.0, 1.0; 0.0, 0.0]).row_labels(&labels).panel().unwrap();
    let figure = Figure::from(map);
    let svg = figure.to_svg();
    assert!(numbers(&svg, ">upper<", ["y"]) < numbers(&svg, ">lower<", ["y"]));
    let [x, y, width] = numbers(&svg, "<image", ["x", "y", "width"]);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places on a small page")]
    let colour = |x: f64, y: f64| pixels(&figure, 1.0).pixel(x as u32, y as u32).map(rgb);
    let (violet, yellow) = (Some([68, 1, 84]), Some([253, 231, 37])); // the ends of viridis
    assert_eq!(colour(x + 5.0, y + 5.0), violet);
    assert_eq!(colour(x + width - 5.0, y + 5.0), yellow);
    // A block is sharp up to its edge.
    assert_eq!(
        (colour(x + width / 2.0 - 2.0, y + 5.0), colour(x + width / 2.0 + 2.0, y + 5.0)),
        (violet, yellow)
    );
}

/// A matrix of equal entries must be one area of one colour, at any scale: no lines between the cells.
#[test]
fn cells_of_a_matrix_touch() {
    let figure = Figure::from(HeatMap::new(&DMatrix::repeat(7, 7, 1.0)).limits(0.0, 2.0).panel().unwrap());
    for scale in [0.7, 1.0, 1.37, 2.0] {
        let pixels = pixels(&figure, scale);
        // The middle of the page lies inside the matrix, 400 units wide.
        let (x, y) = (pixels.width() / 2, pixels.height() / 2);
        let reach = pixels.width() / 5;
        let colour = pixels.pixel(x, y).unwrap();
        assert!((x - reach..x + reach).all(|x| pixels.pixel(x, y) == Some(colour)));
        assert!((y - reach..y + reach).all(|y| pixels.pixel(x, y) == Some(colour)));
        assert_eq!(rgb(colour), [32, 144, 140]); // the middle of viridis
    }
}

#[test]
fn axes_say_what_they_show_in_a_readable_unit() {
    let series = waves(2, 300);
    let overlaid = svg(TimeSeriesPlot::new(&series).overlaid().quantity("potential").panel());
    for text in ["potential (µV)", "time (ms)", "0", "100", "300", "−40", "1"] {
        assert!(texts(&overlaid).contains(&text), "{text}");
    }
    let bold = TimeSeries::<Dimensionless>::unnamed(dmatrix![0.0, 0.02, -0.01], s(0.72), s(0.72)).unwrap();
    let bold = svg(TimeSeriesPlot::new(&bold).overlaid().percent().quantity("BOLD").panel());
    assert!(texts(&bold).contains(&"BOLD (%)") && texts(&bold).contains(&"2.0"));
    let densities = DMatrix::from_fn(1, 60, |_, k| 1e-12 / (1.0 + k as f64));
    let spectrum = svg(spectrum(&densities));
    for text in ["frequency (Hz)", "power spectral density (µV²/Hz)", "alpha, 8–13 Hz", "peak, 10 Hz", "0.1"]
    {
        assert!(texts(&spectrum).contains(&text), "{text}");
    }
}

#[test]
fn a_density_of_zero_stands_at_the_foot_of_the_axis() {
    let svg = svg(spectrum(&dmatrix![1.0, 1.0, 0.0, 1.0]));
    assert!(!svg.contains("inf"));
    assert!(texts(&svg).contains(&"1") && texts(&svg).contains(&"10⁻¹²"), "{:?}", texts(&svg));
}

#[test]
fn a_colour_bar_shows_its_limits() {
    let matrix = dmatrix![0.13, 2.0; -0.987, 0.5];
    let labels = |map: HeatMap<'_>| svg(map.panel());
    let found = labels(HeatMap::new(&matrix).quantity("gain"));
    for text in ["−0.987", "2.0", "0.0", "gain"] {
        assert!(texts(&found).contains(&text), "{text} in {:?}", texts(&found));
    }
    // Zero is in the middle of a diverging map.
    assert!(texts(&labels(HeatMap::new(&matrix).map(ColourMap::BlueRed))).contains(&"−2.0"));
    let clipped = labels(HeatMap::fc(&matrix).limits(-0.3, 0.3));
    assert!(texts(&clipped).contains(&"−0.3") && texts(&clipped).contains(&"0.3"));
    // Arrowheads, and only there: both ends are exceeded.
    assert_eq!(clipped.matches("z\" fill").count(), 2);
    assert_eq!(found.matches("z\" fill").count(), 0);
}

#[test]
fn a_long_series_makes_a_small_file() {
    let svg = svg(TimeSeriesPlot::new(&waves(8, 300_000)).panel());
    assert!(svg.len() < 200_000, "{} bytes", svg.len());
}

#[test]
fn channels_and_windows_are_chosen() {
    let series = waves(20, 1000);
    let plot = || TimeSeriesPlot::new(&series);
    let chosen = svg(plot().channels(["7", "3"]).window(s(0.2), s(0.4)).panel());
    assert!(texts(&chosen).contains(&"7") && !texts(&chosen).contains(&"5"));
    let error = plot().channels(["Cz"]).panel().unwrap_err();
    assert!(error.to_string().starts_with("unknown channel `Cz`; there are: 0, 1, 2"));
    assert!(matches!(plot().channels([""; 0]).panel(), Err(Error::Shape { .. })));
    let error = plot().window(s(2.0), s(3.0)).panel().unwrap_err();
    assert_eq!(error.to_string(), "samples to draw: expected at least two, found 0 of 1000 from 1 ms to 1 s");
}

#[test]
fn data_that_cannot_be_drawn_are_refused() {
    let empty = DMatrix::zeros(0, 0);
    assert!(matches!(HeatMap::new(&empty).panel(), Err(Error::Shape { .. })));
    let holes = dmatrix![1.0, f64::NAN];
    assert!(matches!(HeatMap::new(&holes).panel(), Err(Error::NotFinite { .. })));
    let fc = dmatrix![1.0, 0.5; 0.5, 1.0];
    let labels = ["only one".to_owned()];
    assert!(matches!(HeatMap::fc(&fc).labels(&labels).panel(), Err(Error::Shape { .. })));
    for (low, high) in [(1.0, -1.0), (0.0, 0.0), (0.0, f64::NAN), (f64::NEG_INFINITY, 0.0)] {
        assert!(matches!(HeatMap::fc(&fc).limits(low, high).panel(), Err(Error::OutOfRange { .. })));
    }
    for matrix in [DMatrix::zeros(2, 2), dmatrix![1.0, -1.0]] {
        assert!(matches!(HeatMap::new(&matrix).logarithmic().panel(), Err(Error::OutOfRange { .. })));
    }
    for densities in [DMatrix::zeros(1, 9), dmatrix![1.0, -1.0, 1.0]] {
        assert!(matches!(spectrum(&densities), Err(Error::OutOfRange { .. })));
    }
    assert!(matches!(spectrum(&dmatrix![1.0, 1.0]), Err(Error::Shape { .. })));
    assert!(matches!(spectrum(&holes), Err(Error::NotFinite { .. })));
    let backwards =
        SpectrumPlot::new(Hertz::new(&[3.0, 2.0, 1.0]), &dmatrix![1.0, 1.0, 1.0], Unit::DIMENSIONLESS)
            .panel()
            .unwrap_err();
    assert_eq!(backwards.to_string(), "frequency: 2 Hz, but it must be above 3 Hz");
    let (two, three) = (waves(2, 100), waves(3, 100));
    assert!(matches!(PhasePortrait::new(("x", &two), ("y", &three)).panel(), Err(Error::Shape { .. })));
    assert!(matches!(Figure::row(Vec::new()), Err(Error::Shape { .. })));
}

#[test]
fn files_are_whole_or_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let figure = Figure::from(every_kind().remove(4));
    figure.save(folder.path().join("fc.svg")).unwrap();
    figure.save(folder.path().join("fc.PNG")).unwrap();
    assert_eq!(std::fs::read_to_string(folder.path().join("fc.svg")).unwrap(), figure.to_svg());
    let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.collect::<std::collections::BTreeSet<_>>().len(), 2);
    let error = figure.save(folder.path().join("fc.pdf")).unwrap_err();
    assert_eq!(error.to_string(), "unknown picture format `pdf`; there are: svg, png");
    assert!(matches!(figure.save(folder.path().join("missing/fc.svg")), Err(Error::Io { .. })));
    // A folder stands where the file should: nothing is left beside it.
    std::fs::create_dir(folder.path().join("taken.svg")).unwrap();
    assert!(matches!(figure.save(folder.path().join("taken.svg")), Err(Error::Io { .. })));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    for scale in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e6, 1e-6] {
        assert!(matches!(figure.to_png(scale), Err(Error::OutOfRange { .. })));
    }
}

#[test]
fn panels_of_a_grid_stand_flush() {
    let heat = HeatMap::new(&DMatrix::from_element(4, 4, 1.0)).panel().unwrap();
    let series = TimeSeriesPlot::new(&waves(1, 50)).overlaid().panel().unwrap();
    let figure = Figure::grid(1, vec![series, heat.clone().sized(300.0, 200.0).unwrap()]).unwrap();
    let svg = figure.to_svg();
    let [left, width, height] = numbers(&svg, "<image", ["x", "width", "height"]);
    assert_eq!((width, height), (300.0, 200.0));
    // Both frames have a line that starts at this left edge: top, bottom and left of each.
    assert!(svg.lines().filter(|line| line.starts_with(&format!("<line x1=\"{left}\""))).count() >= 6);
    assert!(heat.sized(10.0, 1e9).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever numbers arrive, there is a picture without NaN or a typed error, never a panic.
    #[test]
    fn any_numbers_give_a_picture_or_an_error(
        numbers in prop::collection::vec(prop::num::f64::ANY, 12),
        scale in -320_i32..308,
        label in "\\PC{0,40}|\\x00|[<&>\"]{3}",
    ) {
        let moderate = |index: usize| (numbers[index].sin() * 3.0).mul_add(10f64.powi(scale), 0.0);
        for values in [DMatrix::from_vec(2, 6, numbers.clone()), DMatrix::from_fn(2, 6, |i, j| moderate(i * 6 + j))] {
            let mut panels = vec![
                HeatMap::new(&values).title(&label).panel(),
                HeatMap::new(&values).logarithmic().panel(),
                HeatMap::fc(&values).quantity(&label).panel(),
                spectrum(&values.map(f64::abs)),
            ];
            if let Ok(series) = TimeSeries::<Volt>::unnamed(values, ms(1.0), s(0.0)) {
                panels.push(TimeSeriesPlot::new(&series).panel());
                panels.push(TimeSeriesPlot::new(&series).overlaid().quantity(&label).panel());
                panels.push(PhasePortrait::new((&label, &series), ("y", &series)).panel());
            }
            for panel in panels.into_iter().flatten() {
                let svg = Figure::from(panel).title(&label).to_svg();
                let drawn = svg.lines().filter(|line| !line.starts_with("<text") && !line.starts_with("<image"));
                prop_assert!(drawn.clone().all(|line| !line.contains("NaN") && !line.contains("inf")));
            }
        }
    }
}

#[test]
fn a_curve_without_name_goes_on_in_the_colour_of_the_one_before() {
    let svg = svg(branch().panel());
    let strokes = |colour: &str| svg.matches(&format!("stroke=\"{colour}\"")).count();
    // Two parts of a branch and the line of the legend; one dot and that of the legend.
    assert_eq!((strokes("#0072b2"), svg.matches("stroke-dasharray").count()), (3, 1));
    assert_eq!(svg.matches("fill=\"#d55e00\"").count(), 2);
}

#[test]
fn line_plots_refuse_what_they_cannot_draw() {
    let plot = || LinePlot::new("x", "y");
    assert!(matches!(plot().panel(), Err(Error::Shape { .. })));
    assert!(matches!(plot().line("a", [(0.0, f64::NAN)]).panel(), Err(Error::NotFinite { .. })));
    assert!(matches!(plot().dots("a", [(0.0, 1e301)]).panel(), Err(Error::OutOfRange { .. })));
    let zero = plot().logarithmic_x().line("a", [(0.0, 1.0), (1.0, 1.0)]).panel();
    assert!(matches!(zero, Err(Error::OutOfRange { .. })));
}
