//! Mutation testing of the update formulas: a formula is read on numbers of which one operation is wrong, and the golden runs must
//! notice.
//!
//! Every operation of every stage of every rule is made wrong in two ways, one at a time. The runs that other libraries have made pin
//! a rule's trajectory to 1e-9, and the laws its derivatives; a mutant that moves none of them by more survives, and a survivor needs a
//! reason.

mod argued;
mod number;
mod run;

use rappel_optim::{EntryKind, Staged, catalogue, rules};

use argued::{ARGUED, Survivor};
use number::{Mutation, WAYS, site};
use run::{STAGES, Setting, settings, told, trajectory};

/// Rules that are not of this kind, and why.
const OTHERS: [(&str, &str); 5] =
    [("adafactor", MATRICES), ("armijo", SEARCHES), ("lbfgs", SEARCHES), ("muon", MATRICES), ("soap", MATRICES)];
const MATRICES: &str = "it is written on matrices of variables, and not on a number type";
const SEARCHES: &str = "it is written on numbers of one type, between evaluations of the loss";

/// The source line of an operation after the name of its file, with a mark where the operation begins.
fn code(file: &str, line: u32, column: u32) -> String {
    let name = std::path::Path::new(file).file_name().expect("a source has a name").to_string_lossy().into_owned();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules").join(&name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let text = text.lines().nth(line as usize - 1).expect("the file is what was compiled");
    let (before, after) = text.split_at(column as usize - 1);
    format!("{name}: {}»{after}", before.trim_start())
}

/// The mutants of a rule that nothing notices, and how many there are in all.
fn survivors<R: Staged>() -> (Vec<Survivor>, u32) {
    let settings = settings::<R>();
    let right: Vec<_> = settings.iter().map(|setting| trajectory::<R>(setting, None)).collect();
    let (mut left, mut all) = (Vec::new(), 0);
    for (which, stage) in STAGES.iter().enumerate() {
        let places = right.iter().map(|r| r.1[which]).max().unwrap_or(0);
        for (place, way) in (0..places).flat_map(|place| (0..WAYS).map(move |way| (place, way))) {
            all += 1;
            let wrong = Some((which, Mutation { place, way }));
            let notices = |(setting, right): (&Setting, &run::Trajectory)| {
                told::<R>(&trajectory::<R>(setting, wrong).0, &right.0)
            };
            if !settings.iter().zip(&right).any(notices) {
                let (operation, at) = site().expect("there is an operation in every place");
                let code = code(at.file(), at.line(), at.column());
                let variant = R::VARIANT.map_or(String::new(), |flag| format!("({flag})"));
                let of = format!("{}{variant} {stage}", R::NAME);
                left.push(Survivor { of, code, fault: format!("{operation} {way}") });
            }
        }
    }
    (left, all)
}

#[test]
fn no_operation_of_a_formula_can_be_wrong_unnoticed() {
    let (mut left, mut all, mut names) = (Vec::new(), 0, Vec::new());
    macro_rules! check {
        ($($rule:ty),* $(,)?) => { $(
            let (survived, n) = survivors::<$rule>();
            left.extend(survived);
            all += n;
            names.push((<$rule as Staged>::NAME, <$rule as Staged>::VARIANT));
        )* };
    }
    check![
        rules::AdaBeliefRule,
        rules::AdadeltaRule,
        rules::AdagradRule,
        rules::AdamRule,
        rules::AdamOf<false, true>,
        rules::HdRule<rules::AdamRule>,
        rules::AdamaxRule,
        rules::AdamWRule,
        rules::AdamOf<true, true>,
        rules::AdanRule,
        rules::AdEmaMixRule,
        rules::AdoptRule,
        rules::AmsGradRule,
        rules::AsgdRule,
        rules::DadaptAdamWRule,
        rules::DogRule,
        rules::DowgRule,
        rules::LambRule,
        rules::LarsRule,
        rules::LionRule,
        rules::MomoRule,
        rules::MomoAdamRule,
        rules::NAdamRule,
        rules::NAdamWRule,
        rules::PolyakSgdRule,
        rules::ProdigyRule,
        rules::RAdamRule,
        rules::RmspropRule,
        rules::RmspropOf<true>,
        rules::RpropRule,
        rules::SgdRule,
        rules::HdRule<rules::SgdRule>,
        rules::YogiRule,
    ];

    names.extend(OTHERS.iter().map(|other| (other.0, None)));
    names.sort_unstable();
    let entries = catalogue().into_iter().filter(|entry| !matches!(entry.kind, EntryKind::Adapter(_)));
    let known = entries.flat_map(|entry| {
        std::iter::once(None).chain(entry.flags.into_iter().map(Some)).map(move |flag| (entry.name, flag))
    });
    let known: Vec<_> = known.collect();
    assert_eq!(names, known);

    let unargued: Vec<String> = left
        .iter()
        .filter(|survivor| !ARGUED.iter().any(|argued| argued.covers(survivor)))
        .map(|survivor| format!("{}: {} in {}", survivor.of, survivor.fault, survivor.code))
        .collect();
    let idle: Vec<String> = ARGUED
        .iter()
        .filter(|argued| !argued.idle(&left).is_empty())
        .map(|argued| format!("{:?} of {argued:?}: {}", argued.idle(&left), argued.why))
        .collect();
    let (unargued, idle) = (unargued.join("\n"), idle.join("\n"));
    assert!(unargued.is_empty() && idle.is_empty(), "of {all} mutants live:\n{unargued}\nargued, but noticed:\n{idle}");
}
