/// Which build this is.
public enum BuildInfo {
  /// As `--version` prints it.
  public static let version = "0.1.0"
}
