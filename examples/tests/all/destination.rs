use std::fs;

use rappel_examples::Destination;

#[test]
fn writes_whole_files_and_leaves_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("result");
    let to = Destination::new(&file).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "looking leaves nothing");
    for content in [&b"first"[..], b"", b"third, longer"] {
        to.write(content).unwrap();
        assert_eq!(fs::read(&file).unwrap(), content);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn refuses_before_the_work_what_cannot_be_written_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for (path, why) in [
        (at.join("none/result"), format!("there is no folder {}", at.join("none").display())),
        (at.to_owned(), "it exists and is not a file".to_owned()),
        (at.join(".."), "expected the name of a file".to_owned()),
    ] {
        let message = Destination::new(&path).unwrap_err().to_string();
        assert_eq!(message, format!("{}: cannot be written: {why}", path.display()));
    }
    assert_eq!(Destination::new("").unwrap_err().to_string(), ": cannot be written: expected the name of a file");
}

#[test]
fn says_when_the_folder_has_gone_since() {
    let folder = tempfile::tempdir().unwrap();
    let to = Destination::new(folder.path().join("result")).unwrap();
    folder.close().unwrap();
    let message = to.write(b"x").unwrap_err().to_string();
    assert!(message.ends_with("cannot be written: entity not found"), "{message}");
}

/// Some systems let the administrator write everywhere: there is nothing to see then.
#[cfg(unix)]
#[test]
fn says_when_a_folder_takes_no_files() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let open = fs::write(folder.path().join("probe"), b"").is_ok();
    let looked = Destination::new(folder.path().join("result"));
    assert_eq!(looked.is_ok(), open);
    if let Err(e) = looked {
        assert!(e.to_string().ends_with("its folder takes no files: permission denied"), "{e}");
    }
}

/// As any file the user makes, not as a temporary one.
#[cfg(unix)]
#[test]
fn results_have_the_permissions_of_other_files() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let (ours, other) = (folder.path().join("ours"), folder.path().join("other"));
    Destination::new(&ours).unwrap().write(b"x").unwrap();
    fs::write(&other, b"x").unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(ours), mode(other));
}
