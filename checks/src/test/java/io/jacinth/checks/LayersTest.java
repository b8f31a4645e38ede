package io.jacinth.checks;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The tree is the architecture: no package uses one of its own layer or a higher one. */
final class LayersTest {
  private static final Map<String, Integer> NUMBERS = new TreeMap<>();

  static {
    layer(0, "memory", "lua");
    layer(1, "base", "lua.library");
    layer(2, "structure");
    layer(3, "config", "metrics", "protocol");
    layer(4, "value");
    layer(5, "keyspace");
    layer(6, "command");
    layer(
        7,
        "command.string",
        "command.bitmap",
        "command.list",
        "command.set",
        "command.hyperloglog",
        "command.hash",
        "command.stream",
        "command.sortedset",
        "command.key",
        "command.connection",
        "command.server",
        "pubsub",
        "transaction");
    layer(8, "command.geo", "scripting");
    layer(10, "server");
    layer(11, "embedded");
    layer(12, "standalone");
  }

  private static final Map<String, String> DOORS =
      Map.of("java.lang.foreign", "memory", "sun.misc", "memory", "io.netty", "server");

  private static void layer(int number, String... packages) {
    for (String name : packages) {
      NUMBERS.put(name, number);
    }
  }

  @Test
  void noPackageUsesItsOwnLayerOrAHigherOne() throws IOException {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(new Product())
            .importPaths(Repository.classDirectories());
    assertEquals(sourcePackages(), packages(classes), "compiled packages, by their sources");
    assertEquals(List.of(), new Layers("io.jacinth", NUMBERS, DOORS).leaks(classes));
  }

  /** Benchmarks stand in the packages that they measure; they are no layer. */
  private static final class Product implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/benchmarks/");
    }
  }

  private static Set<String> packages(JavaClasses classes) {
    return classes.stream().map(type -> type.getPackageName()).collect(toSet());
  }

  /** The packages as the sources have them, so that what was not compiled cannot hide. */
  private static Set<String> sourcePackages() throws IOException {
    Set<String> packages =
        Repository.javaSources().stream()
            .map(Repository::name)
            .filter(name -> name.contains("/src/main/java/") && !name.startsWith("benchmarks/"))
            .map(name -> Path.of(name.substring(name.indexOf("/java/") + "/java/".length())))
            .map(
                file ->
                    file.getParent().toString().replace(file.getFileSystem().getSeparator(), "."))
            .collect(toSet());
    assertFalse(packages.isEmpty());
    return packages;
  }

  @Test
  void aLeakIsFound() {
    List<String> leaks = sample(Map.of("lower", 1, "higher", 2), Map.of());
    assertFalse(leaks.isEmpty());
    for (String leak : leaks) {
      assertTrue(leak.contains("Lower.nameOfHigher()"), leak);
    }
  }

  @Test
  void packagesOfOneLayerDoNotKnowEachOther() {
    List<String> leaks = sample(Map.of("lower", 1, "higher", 1), Map.of());
    assertTrue(leaks.containsAll(sample(Map.of("lower", 1, "higher", 2), Map.of())));
    assertTrue(leaks.containsAll(sample(Map.of("lower", 2, "higher", 1), Map.of())));
  }

  @Test
  void anUnlistedPackageIsFound() {
    List<String> leaks = sample(Map.of("lower", 1), Map.of());
    assertTrue(
        leaks.contains("io.jacinth.checks.sample.higher is in no layer: add it to the table"),
        leaks::toString);
  }

  @Test
  void aForeignPackageHasOneDoor() {
    Map<String, Integer> numbers = Map.of("lower", 2, "higher", 1);
    List<String> leaks = sample(numbers, Map.of());
    assertEquals(leaks, sample(numbers, Map.of("java.util.zip", "lower")));
    List<String> more = sample(numbers, Map.of("java.util.zip", "higher"));
    assertTrue(more.size() > leaks.size(), more::toString);
    assertTrue(
        more.stream().anyMatch(leak -> leak.contains("java.util.zip.CRC32")), more::toString);
  }

  private static List<String> sample(Map<String, Integer> numbers, Map<String, String> doors) {
    JavaClasses classes = new ClassFileImporter().importPackages("io.jacinth.checks.sample");
    return new Layers("io.jacinth.checks.sample", numbers, doors).leaks(classes);
  }
}
