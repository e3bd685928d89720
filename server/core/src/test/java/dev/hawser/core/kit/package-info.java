/** What tests of several packages share: a clock, a small world of services over memory. */
package dev.hawser.core.kit;
