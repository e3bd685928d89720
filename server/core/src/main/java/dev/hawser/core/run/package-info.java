/** The runs: accepted once, attempted under a fence, ended once. */
package dev.hawser.core.run;
