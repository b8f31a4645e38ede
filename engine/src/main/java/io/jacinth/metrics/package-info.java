/** Counters and histograms that INFO and its like report. */
package io.jacinth.metrics;
