/** Tests of the code itself: its layers, its format, and what is committed. */
package io.jacinth.checks;
