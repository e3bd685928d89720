/**
 * What the core needs of the world. Each method states what it guarantees, whether it blocks, who may call it and how it
 * fails; one contract suite per port holds every adapter to it.
 */
package dev.hawser.core.port;
