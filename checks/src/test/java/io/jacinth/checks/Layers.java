package io.jacinth.checks;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The order of packages: a package uses only packages of a smaller number, and a few foreign
 * packages have one door each.
 *
 * <p>Packages of the same number do not know each other, so a family of commands cannot come to
 * depend on another one.
 */
final class Layers {
  private final String root;
  private final Map<String, Integer> numbers;
  private final Map<String, String> doors;

  /**
   * @param root the package that the names in {@code numbers} stand below
   * @param numbers the layer of each package
   * @param doors a foreign package to the only package of ours that may use it
   */
  Layers(String root, Map<String, Integer> numbers, Map<String, String> doors) {
    this.root = root + ".";
    this.numbers = new TreeMap<>(numbers);
    this.doors = new TreeMap<>(doors);
  }

  /** What breaks the order, one line each; empty when nothing does. */
  List<String> leaks(JavaClasses classes) {
    List<String> leaks = new ArrayList<>();
    for (JavaClass type : classes) {
      if (number(type) == null) {
        leaks.add(type.getPackageName() + " is in no layer: add it to the table");
        continue;
      }
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        if (isLeak(type, dependency.getTargetClass().getBaseComponentType())) {
          leaks.add(dependency.getDescription());
        }
      }
    }
    return leaks.stream().distinct().sorted().toList();
  }

  private boolean isLeak(JavaClass type, JavaClass used) {
    if (used.getPackageName().startsWith(root)) {
      Integer number = number(used);
      boolean samePackage = used.getPackageName().equals(type.getPackageName());
      return !samePackage && (number == null || number >= number(type));
    }
    return doors.entrySet().stream()
        .anyMatch(
            door ->
                (used.getPackageName() + ".").startsWith(door.getKey() + ".")
                    && !nameBelowRoot(type).equals(door.getValue()));
  }

  private Integer number(JavaClass type) {
    return numbers.get(nameBelowRoot(type));
  }

  private String nameBelowRoot(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith(root) ? name.substring(root.length()) : name;
  }
}
