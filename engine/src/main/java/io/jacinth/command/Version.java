package io.jacinth.command;

/** What this store says it is. */
public final class Version {
  /**
   * The Redis whose behaviour it has. Clients look at {@code redis_version} to find out what they
   * may ask for.
   */
  public static final String REDIS = "8.0.6";

  /** Its own version. */
  public static final String JACINTH = ownVersion();

  private Version() {}

  private static String ownVersion() {
    String packaged = Version.class.getPackage().getImplementationVersion();
    return packaged == null ? "unpackaged" : packaged;
  }
}
